import { DEFAULT_TOOLS, TOOL_NAMES, type Sample } from "../protocol/index.ts";

/** The tools that a run on these samples should list: the usual ones and those that labels name. What samples bring is theirs. */
export function toolsIn(samples: readonly Sample[]): string[] {
  const named = new Set<string>(DEFAULT_TOOLS);
  for (const { tools, optimal_tool, alternative_tools, gold_calls = [] } of samples) {
    if (tools) continue;
    for (const name of [optimal_tool, ...alternative_tools, ...gold_calls.map((call) => call.name)]) named.add(name);
  }
  return TOOL_NAMES.filter((name) => named.has(name));
}
