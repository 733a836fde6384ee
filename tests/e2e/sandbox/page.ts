import { PythonSandbox } from "../../../src/sandbox/index.ts";

declare global {
  interface Window {
    PythonSandbox: typeof PythonSandbox;
    sandbox: PythonSandbox;
  }
}

window.PythonSandbox = PythonSandbox;
window.sandbox = new PythonSandbox();
