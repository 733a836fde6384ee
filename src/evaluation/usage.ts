import type { SampleResult } from "../protocol/index.ts";
import { quantile } from "./statistics.ts";

/** What the calls to one tool came to. */
export interface ToolUsage {
  tool: string;
  calls: number;
  failed: number;
  /** Calls with a fault in them that was put there on purpose. */
  injected: number;
  /** Median seconds of the calls that ran; null when none did. */
  seconds: number | null;
  /** Of all calls, in the user's unit. */
  cost: number;
}

/** Calls, failures, time and cost of each tool over all results, the most called first. */
export function toolUsage(results: readonly SampleResult[], costs: Readonly<Record<string, number>> = {}): ToolUsage[] {
  const tools = new Map<string, ToolUsage & { times: number[] }>();
  for (const { transcript } of results) {
    for (const event of transcript) {
      if (event.type !== "tool_result") continue;
      const tool = event.name;
      const known = tools.get(tool) ?? { tool, calls: 0, failed: 0, injected: 0, seconds: null, cost: 0, times: [] };
      known.calls++;
      if (!event.success) known.failed++;
      if (event.injected) known.injected++;
      if (event.execution_time > 0) known.times.push(event.execution_time);
      known.cost += costOf(costs, tool);
      tools.set(tool, known);
    }
  }
  return [...tools.values()]
    .sort((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1))
    .map(({ times, ...usage }) => {
      times.sort((a, b) => a - b);
      return { ...usage, seconds: quantile(times, 0.5) ?? null };
    });
}

/** What the calls of one sample cost. */
export function sampleCost({ transcript }: SampleResult, costs: Readonly<Record<string, number>>): number {
  return transcript.reduce((total, event) => total + (event.type === "tool_result" ? costOf(costs, event.name) : 0), 0);
}

/** Names come from models: only a tool's own entry counts. */
function costOf(costs: Readonly<Record<string, number>>, tool: string): number {
  return Object.hasOwn(costs, tool) ? (costs[tool] ?? 0) : 0;
}
