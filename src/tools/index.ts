import { codeExecutor } from "./code-executor.ts";
import { fileOps } from "./file-ops/index.ts";
import type { PythonRunner } from "./python.ts";
import { ToolRegistry } from "./registry.ts";
import { symbolicMath } from "./symbolic-math/index.ts";

export { FILE_OPS, forTranscript, Workspace, WORKSPACE_LIMITS } from "./file-ops/index.ts";
export type { Snapshot, WorkspaceLimits } from "./file-ops/index.ts";
export { ToolRegistry } from "./registry.ts";
export type { PythonOptions, PythonRunner } from "./python.ts";
export type { Tool, ToolContext, ToolFunction, ToolOutcome } from "./tool.ts";

/**
 * A registry with the tools that come with the app. Prompts list the first two where nothing is said; the others are
 * listed where they are named.
 */
export function createDefaultTools(sandbox: PythonRunner): ToolRegistry {
  return new ToolRegistry()
    .register("code_executor", codeExecutor(sandbox))
    .register("symbolic_math", symbolicMath(sandbox))
    .register("file_ops", fileOps());
}
