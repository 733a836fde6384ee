import { JavaScriptSandbox, PythonSandbox } from "../../../src/sandbox/index.ts";

declare global {
  interface Window {
    PythonSandbox: typeof PythonSandbox;
    sandbox: PythonSandbox;
    javascript: JavaScriptSandbox;
  }
}

window.PythonSandbox = PythonSandbox;
window.sandbox = new PythonSandbox();
window.javascript = new JavaScriptSandbox();
