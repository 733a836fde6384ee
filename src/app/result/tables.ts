import type { Run, Sample, SampleResult } from "../../protocol/index.ts";

/** The arm that a run's pictures show: the free one where it was run, as only there the model decides. */
export function shownArm(run: Run): SampleResult["arm"] {
  return run.config.arms.includes("free") ? "free" : (run.config.arms[0] ?? "free");
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
