import {
  Breath,
  CATEGORIES,
  DIFFICULTIES,
  ARMS,
  groupBy,
  type Run,
  type Sample,
  type SampleResult,
  type Slice,
} from "../protocol/index.ts";
import { label, mainArm, metricsOf, type Labelled } from "./metrics.ts";

/** The dimensions that the main arm is cut along. `category_difficulty` values read like `ambiguous/easy`. */
const DIMENSIONS: Record<string, (row: Labelled) => string> = {
  category: ({ sample }) => sample.category,
  difficulty: ({ sample }) => sample.difficulty,
  category_difficulty: ({ sample }) => `${sample.category}/${sample.difficulty}`,
  optimal_tool: ({ sample }) => sample.optimal_tool,
};
/** Sliced along only where something was injected: the first fault in the sample's calls, or none. */
const faultOf = ({ result }: Labelled) =>
  result.transcript.flatMap((event) => (event.type === "tool_result" && event.injected ? [event.injected] : []))[0] ??
  "none";

const ORDER: readonly string[] = [
  ...CATEGORIES,
  ...DIFFICULTIES,
  ...CATEGORIES.flatMap((category) => DIFFICULTIES.map((difficulty) => `${category}/${difficulty}`)),
  "none",
  ...ARMS,
];

/**
 * The metrics of each slice: category, difficulty, both together, optimal tool, injected fault where there were any (all
 * of the main arm), and each arm. `costs`: of a call, by tool.
 */
export async function computeSlices(
  results: readonly SampleResult[],
  samples: readonly Sample[],
  costs?: Run["costs"],
): Promise<Slice[]> {
  const breath = new Breath();
  const rows = label(results, samples);
  await breath.take();
  const main = mainArm([...new Set(rows.map(({ result }) => result.arm))]);
  const own = rows.filter(({ result }) => result.arm === main);
  const faulty = own.some((row) => faultOf(row) !== "none");
  const dimensions = { ...DIMENSIONS, ...(faulty && { fault: faultOf }) };
  const cuts = [
    ...Object.entries(dimensions).flatMap(([dimension, valueOf]) => cut(dimension, own, valueOf)),
    ...cut("arm", rows, ({ result }) => result.arm),
  ];
  await breath.take();
  const slices: Slice[] = [];
  for (const { group, ...which } of cuts) slices.push({ ...which, metrics: await metricsOf(group, costs, breath) });
  return slices;
}

function cut(dimension: string, rows: Labelled[], valueOf: (row: Labelled) => string) {
  const rank = (value: string) => (ORDER.includes(value) ? ORDER.indexOf(value) : ORDER.length);
  return [...groupBy(rows, valueOf)]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([value, group]) => ({ dimension, value, group }));
}

/** How often each decision was made for each label. */
export interface Confusion {
  optimal: string[];
  chosen: string[];
  /** counts[i][j]: optimal[i] was wanted, chosen[j] was done. */
  counts: number[][];
}

/** Chosen against optimal decisions of the main arm: none first, then tools by name, then malformed and error. */
export function confusion(results: readonly SampleResult[], samples: readonly Sample[]): Confusion {
  const rows = label(results, samples);
  const main = mainArm([...new Set(rows.map(({ result }) => result.arm))]);
  const pairs = rows
    .filter(({ result }) => result.arm === main)
    .map(({ sample, result }) => [sample.optimal_tool, result.scores.decision] as const);
  const optimal = decisions(pairs.map(([wanted]) => wanted));
  const chosen = decisions([...optimal, ...pairs.map(([, done]) => done)]);
  const counts = optimal.map((wanted) =>
    chosen.map((done) => pairs.filter((pair) => pair[0] === wanted && pair[1] === done).length),
  );
  return { optimal, chosen, counts };
}

function decisions(names: string[]): string[] {
  const rank = (name: string) => ["none", "", "malformed", "error"].indexOf(name);
  const order = (name: string) => (rank(name) < 0 ? 1 : rank(name));
  return [...new Set(names)].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
}
