import * as models from "../../../src/models/index.ts";

declare global {
  interface Window {
    models: typeof models;
  }
}

window.models = models;
