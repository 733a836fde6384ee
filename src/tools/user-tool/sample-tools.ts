import type { SampleTool } from "../../protocol/index.ts";
import { ToolRegistry } from "../registry.ts";
import type { ToolContext, ToolOutcome } from "../tool.ts";
import { pythonProgram, withOwnLines } from "./program.ts";

/** What a call comes to where there is nothing to run: the call itself is what is judged. */
const RECORDED = "The call was recorded; this tool has no program.";

/** The tools that a sample brings along. `python` runs a program; a tool without a body only records its calls. */
export function sampleTools(
  tools: readonly SampleTool[],
  python: (code: string, context: ToolContext) => Promise<ToolOutcome>,
): ToolRegistry {
  const registry = new ToolRegistry();
  for (const { name, description, parameters, body } of tools) {
    // The faults of a run are this registry's to put in, once.
    const run = async (args: Record<string, unknown>, { faults: _faults, ...context }: ToolContext) =>
      body === undefined ? RECORDED : withOwnLines(await python(pythonProgram({ parameters, body }, args), context));
    registry.register(name, { name, description, parameters, run });
  }
  return registry;
}
