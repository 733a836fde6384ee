import type { Run, Sample, SampleResult } from "../../protocol/index.ts";

export interface ConfusionTable {
  optimal: string[];
  chosen: string[];
  /** counts[i][j]: optimal[i] was wanted, chosen[j] was done. */
  counts: number[][];
  /** The largest count, for shading. */
  most: number;
}

/** The arm that a run's pictures show: the free one where it was run, as only there the model decides. */
export function shownArm(run: Run): SampleResult["arm"] {
  return run.config.arms.includes("free") ? "free" : (run.config.arms[0] ?? "free");
}

/** Counts chosen against optimal decisions. Results whose sample is not known are left out. */
export function confusionTable(results: SampleResult[], samples: ReadonlyMap<string, Sample>): ConfusionTable {
  const pairs = results.flatMap((result) => {
    const sample = samples.get(result.sample_id);
    return sample ? [[sample.optimal_tool, result.scores.decision] as const] : [];
  });
  const optimal = ordered(pairs.map(([wanted]) => wanted));
  const chosen = ordered([...optimal, ...pairs.map(([, done]) => done)]);
  const counts = optimal.map(() => chosen.map(() => 0));
  for (const [wanted, done] of pairs) {
    const line = counts[optimal.indexOf(wanted)];
    const column = chosen.indexOf(done);
    if (line) line[column] = (line[column] ?? 0) + 1;
  }
  return { optimal, chosen, counts, most: Math.max(0, ...counts.flat()) };
}

/** none first, malformed last, tools by name between. */
function ordered(names: string[]): string[] {
  const rank = (name: string) => (name === "none" ? 0 : name === "malformed" ? 2 : 1);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

export interface Filter {
  category: string;
  outcome: "all" | "correct" | "wrong" | "wrong_decision";
  decision: string;
  arm: string;
  text: string;
}

/** The results that a filter keeps, in the run's order. An empty string filters nothing. */
export function filterResults(
  results: SampleResult[],
  samples: ReadonlyMap<string, Sample>,
  filter: Filter,
): SampleResult[] {
  const text = filter.text.trim().toLowerCase();
  return results.filter((result) => {
    const sample = samples.get(result.sample_id);
    const { correct, tool_correct, decision } = result.scores;
    if (filter.category && sample?.category !== filter.category) return false;
    if (filter.decision && decision !== filter.decision) return false;
    if (filter.arm && result.arm !== filter.arm) return false;
    if (filter.outcome === "correct" && !correct) return false;
    if (filter.outcome === "wrong" && correct) return false;
    if (filter.outcome === "wrong_decision" && tool_correct) return false;
    return !text || `${result.sample_id}\n${sample?.prompt ?? ""}\n${result.answer}`.toLowerCase().includes(text);
  });
}
