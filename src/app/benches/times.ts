import { quantile } from "../../evaluation/index.ts";

/** Milliseconds that some work takes. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Below this a pass is at the mercy of what the browser compiles, or collects, meanwhile. Milliseconds. */
const SHORT = 10_000;

/** Milliseconds that some work takes: of short work the median of three times. */
export async function steady(work: () => Promise<unknown>): Promise<number> {
  const once = await elapsed(work);
  return once > SHORT ? once : middle([once, await elapsed(work), await elapsed(work)]);
}

/** The median. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return quantile(sorted, 0.5) ?? NaN;
}
