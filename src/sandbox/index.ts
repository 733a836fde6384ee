export { JavaScriptSandbox, type JavaScriptOptions } from "./javascript.ts";
export type { ExecuteOptions, SandboxOptions } from "./options.ts";
export { PythonSandbox } from "./sandbox.ts";
export { sandboxSupport } from "./support.ts";
