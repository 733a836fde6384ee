import { createRandom, type Metric } from "../protocol/index.ts";

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;
const RESAMPLES = 1000;
const FEWEST_RESAMPLES = 200;
/** Cluster draws that one interval may cost: a run of 10,000 samples without templates must not stall the page. */
const DRAWS = 500_000;

export const NOT_MEASURED: Metric = { value: null, ci95: null, n: 0 };

/** A rate with its Wilson score interval (Wilson 1927, without continuity correction). */
export function rate(successes: number, n: number): Metric {
  if (n === 0) return NOT_MEASURED;
  const p = successes / n;
  const scale = 1 / (1 + (Z * Z) / n);
  const centre = scale * (p + (Z * Z) / (2 * n));
  const half = scale * Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  // Rounding must not put the rate itself outside, nor the interval outside [0, 1].
  return { value: p, ci95: [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))], n };
}

/** What one result adds to the sums that a statistic is computed from, and the cluster that it is resampled with. */
export interface Part {
  cluster: string;
  sums: number[];
}

/**
 * A statistic of sums with a percentile bootstrap interval, resampling whole clusters, because samples of one template
 * are not independent. Seeded: the same parts give the same interval. One cluster gives no interval; null from
 * `statistic` (nothing to measure) gives a null value.
 */
export function bootstrap(parts: Part[], n: number, statistic: (sums: number[]) => number | null): Metric {
  if (n === 0 || parts.length === 0) return NOT_MEASURED;
  const clusters = sumClusters(parts);
  const value = statistic(total(clusters));
  if (value === null) return { ...NOT_MEASURED, n };
  if (clusters.length < 2) return { value, ci95: null, n };
  const random = createRandom(`bootstrap:${clusters.length}:${n}`);
  const resamples = Math.max(FEWEST_RESAMPLES, Math.min(RESAMPLES, Math.floor(DRAWS / clusters.length)));
  const values: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const drawn = statistic(total(clusters, () => random.integer(0, clusters.length - 1)));
    if (drawn !== null) values.push(drawn);
  }
  values.sort((a, b) => a - b);
  const low = quantile(values, 0.025) ?? value;
  const high = quantile(values, 0.975) ?? value;
  return { value, ci95: [Math.min(low, value), Math.max(high, value)], n };
}

/** The mean of numbers with a clustered bootstrap interval. */
export function mean(values: { cluster: string; value: number }[]): Metric {
  const parts = values.map(({ cluster, value }) => ({ cluster, sums: [value, 1] }));
  return bootstrap(parts, values.length, ratio);
}

/** First sum over second; null where the second is 0. */
export function ratio([numerator = 0, denominator = 0]: number[]): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

/** Linear interpolation between order statistics; undefined for an empty list. `sorted` is in ascending order. */
export function quantile(sorted: readonly number[], q: number): number | undefined {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (at - Math.floor(at));
}

function sumClusters(parts: Part[]): number[][] {
  const clusters = new Map<string, number[]>();
  for (const { cluster, sums } of parts) {
    const known = clusters.get(cluster);
    if (known) sums.forEach((value, i) => (known[i] = (known[i] ?? 0) + value));
    else clusters.set(cluster, [...sums]);
  }
  return [...clusters.values()];
}

/** The sum over all clusters, or over as many drawn ones. */
function total(clusters: number[][], draw?: () => number): number[] {
  const sums = new Array<number>(clusters[0]?.length ?? 0).fill(0);
  for (let i = 0; i < clusters.length; i++) {
    const cluster = clusters[draw ? draw() : i]!;
    for (let j = 0; j < sums.length; j++) sums[j]! += cluster[j]!;
  }
  return sums;
}
