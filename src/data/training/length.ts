import type { ToolCall } from "../../protocol/index.ts";
import { auroc } from "../auroc.ts";
import type { Turn } from "./rows.ts";

/** AUROC that gives little enough away. */
const FAIR: readonly [number, number] = [0.45, 0.55];
/** Pairs below which it is noise, and leaving some out would mend nothing. */
const FEWEST = 20;

export type RenderCall = (call: ToolCall) => string;

/** What is judged by its length: a pair with the lengths of both sides. */
export interface Measured<T> {
  pair: T;
  chosen: number;
  rejected: number;
}

/** The length of a turn as the consumer writes it, in characters; without its rendering, of the call as JSON. */
export function lengthOf({ content, tool_calls = [] }: Turn, renderCall: RenderCall = jsonOf): number {
  return tool_calls.reduce((sum, call) => sum + renderCall(call.function).length, content.length);
}

const jsonOf: RenderCall = ({ name, arguments: given }) => JSON.stringify({ name, arguments: given });

/** The AUROC of length for being chosen: how probably a chosen completion is longer than a rejected one. null without pairs. */
export function lengthAuroc(pairs: readonly Measured<unknown>[]): number | null {
  return auroc(
    pairs.flatMap(({ chosen, rejected }) => [
      { score: chosen, positive: true },
      { score: rejected, positive: false },
    ]),
  );
}

/**
 * Leaves out the pairs that differ most in length, in the direction in which length gives the label away, and no more of
 * them than it takes to bring its AUROC within 0.45 to 0.55. Without all pairs of that direction it lies on the other side
 * of 0.5, so there is such a number, unless few pairs are left and one more jumps over the interval. Of fewer than 20 all stay.
 */
export function fairPairs<T>(pairs: readonly Measured<T>[]): Measured<T>[] {
  const at = lengthAuroc(pairs) ?? 0.5;
  if (pairs.length < FEWEST || isFair(at)) return [...pairs];
  const sign = at > 0.5 ? 1 : -1;
  const excess = ({ chosen, rejected }: Measured<T>) => sign * (chosen - rejected);
  const giving = pairs.filter((pair) => excess(pair) > 0).sort((a, b) => excess(b) - excess(a));
  const without = (count: number) => {
    const out = new Set(giving.slice(0, count));
    return pairs.filter((pair) => !out.has(pair));
  };
  const isPast = (count: number) => {
    const rest = lengthAuroc(without(count)) ?? 0.5;
    return isFair(rest) || Math.sign(rest - 0.5) !== sign;
  };
  let [low, high] = [0, giving.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isPast(middle)) high = middle;
    else low = middle;
  }
  return without(high);
}

const isFair = (auroc: number) => auroc >= FAIR[0] && auroc <= FAIR[1];
