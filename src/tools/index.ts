import { codeExecutor } from "./code-executor.ts";
import type { PythonRunner } from "./python.ts";
import { ToolRegistry } from "./registry.ts";
import { symbolicMath } from "./symbolic-math/index.ts";

export { ToolRegistry } from "./registry.ts";
export type { PythonOptions, PythonRunner } from "./python.ts";
export type { Tool, ToolContext, ToolFunction, ToolOutcome } from "./tool.ts";

/** A registry with the tools that come with the app, in the order in which prompts list them. */
export function createDefaultTools(sandbox: PythonRunner): ToolRegistry {
  return new ToolRegistry()
    .register("code_executor", codeExecutor(sandbox))
    .register("symbolic_math", symbolicMath(sandbox));
}
