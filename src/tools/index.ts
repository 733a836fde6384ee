import { codeExecutor } from "./code-executor.ts";
import { fileOps } from "./file-ops/index.ts";
import type { PythonRunner } from "./python.ts";
import { ToolRegistry } from "./registry.ts";
import { symbolicMath } from "./symbolic-math/index.ts";
import { webSearch, type SearchProvider } from "./web-search/index.ts";

export { FILE_OPS, forTranscript, Workspace, WORKSPACE_LIMITS } from "./file-ops/index.ts";
export type { Snapshot, WorkspaceLimits } from "./file-ops/index.ts";
export { parseFaults } from "./faults.ts";
export type { FaultRates } from "./faults.ts";
export { ToolRegistry } from "./registry.ts";
export type { PythonOptions, PythonRunner } from "./python.ts";
export type { Tool, ToolContext, ToolFunction, ToolOutcome } from "./tool.ts";
export {
  checkUserTools,
  explainParameters,
  explainUserTool,
  parseUserTools,
  sampleTools,
  userTool,
} from "./user-tool/index.ts";
export type { JavaScriptRunner, Runners } from "./user-tool/index.ts";
export {
  jsonProvider,
  mediaWikiProvider,
  parseSearch,
  recordedProvider,
  SearchError,
  searxngProvider,
} from "./web-search/index.ts";
export type { JsonProviderOptions, MediaWikiOptions, SearchProvider, SearxngOptions } from "./web-search/index.ts";

export interface DefaultToolsOptions {
  /** Where `web_search` looks; in the corpus that comes with the app by default. */
  search?: SearchProvider;
}

/**
 * A registry with the tools that come with the app. Prompts list the first two where nothing is said; the others are
 * listed where they are named.
 */
export function createDefaultTools(sandbox: PythonRunner, options: DefaultToolsOptions = {}): ToolRegistry {
  return new ToolRegistry()
    .register("code_executor", codeExecutor(sandbox))
    .register("symbolic_math", symbolicMath(sandbox))
    .register("web_search", webSearch(options.search))
    .register("file_ops", fileOps());
}
