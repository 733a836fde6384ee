export type { ExecuteOptions, SandboxOptions } from "./options.ts";
export { PythonSandbox } from "./sandbox.ts";
