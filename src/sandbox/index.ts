export { PythonSandbox, type ExecuteOptions, type SandboxOptions } from "./sandbox.ts";
