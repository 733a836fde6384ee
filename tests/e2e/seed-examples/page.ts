import * as examples from "../../seed-examples/index.ts";

declare global {
  interface Window {
    examples: typeof examples;
  }
}

window.examples = examples;
