import { renderResult } from "../agent/index.ts";
import type { GoldResult, KillReason, Sample, ToolCall } from "../protocol/index.ts";
import type { ToolRegistry } from "../tools/index.ts";
import { goldCalls } from "./gold-calls.ts";

/**
 * Runs the gold calls of samples with the real tools, each sample in a workspace of its own, and tells what the agent's loop
 * would show a model of each: the tool results of conversations to train on. Aborted: the next call throws.
 */
export function goldResults(tools: ToolRegistry, signal?: AbortSignal) {
  const { open } = goldCalls(tools, signal);
  return async (
    { files, tools: own }: Pick<Sample, "files" | "tools">,
    calls: readonly ToolCall[],
  ): Promise<GoldResult[]> => {
    const call = open({ ...(files && { files }), ...(own && { tools: own }) });
    const results: GoldResult[] = [];
    for (const one of calls) {
      const { success, output, error, killed = null } = await call(one);
      const shown = renderResult({ success, output, error, killed: killed as KillReason | null, execution_time: 0 });
      results.push({ shown, success, killed });
    }
    return results;
  };
}
