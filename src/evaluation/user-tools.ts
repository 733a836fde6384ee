import type { RunConfig } from "../protocol/index.ts";
import { JavaScriptSandbox } from "../sandbox/index.ts";
import { userTool, type PythonRunner, type ToolRegistry } from "../tools/index.ts";

/**
 * Registers those of a configuration's own tools that it lists. JavaScript bodies get a sandbox, which opens when the first
 * of them runs. What it gives closes that.
 */
export function addUserTools(
  registry: ToolRegistry,
  { tools, userTools = [] }: Pick<RunConfig, "tools" | "userTools">,
  python: PythonRunner,
): () => void {
  const javascript = new JavaScriptSandbox();
  for (const definition of userTools) {
    if (tools.includes(definition.name))
      registry.register(definition.name, userTool(definition, { python, javascript }));
  }
  return () => javascript.dispose();
}
