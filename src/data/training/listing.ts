import { createRandom, type Sample, type ToolSchema } from "../../protocol/index.ts";
import { goldCallsOf, toolPart } from "./label.ts";
import type { ToolPart } from "./rows.ts";

/** Most tools in a row's list. */
const MOST = 6;

/**
 * The tools that a row lists: those that its gold calls need, and others drawn from the available ones, or from the
 * sample's own, 1 to 6 in all and in random order: a model must read the list, not know it. The draw hangs on the sample
 * and the seed only. null: a tool that is needed is not available.
 */
export function listTools(sample: Sample, available: readonly ToolSchema[], seed: number): ToolPart[] | null {
  const pool = sample.tools ?? available;
  const names = new Set((goldCallsOf(sample) ?? []).map(({ name }) => name));
  if (sample.optimal_tool !== "none") names.add(sample.optimal_tool);
  const needed = pool.filter(({ name }) => names.has(name));
  if (needed.length < names.size || pool.length === 0) return null;
  const random = createRandom(`${seed}/${sample.id}/tools`);
  const least = Math.max(1, needed.length);
  const count = random.integer(least, Math.max(least, Math.min(MOST, pool.length)));
  const others = random.shuffle(pool.filter(({ name }) => !names.has(name)));
  return random.shuffle([...needed, ...others.slice(0, count - needed.length)]).map(toolPart);
}
