import type { Arm, Metrics } from "../protocol/index.ts";
import type { Labelled } from "./metrics.ts";
import { mean, rate } from "./statistics.ts";

/**
 * What the arms tell together. necessity: the share of samples that every forbidden run got wrong; necessity_graded: the
 * mean share of wrong forbidden runs. utility: forced correctness minus forbidden correctness, sample by sample.
 */
export function necessityMetrics(rows: Labelled[], arms: readonly Arm[]): Metrics {
  const metrics: Metrics = {};
  for (const arm of arms) {
    const own = rows.filter(({ result }) => result.arm === arm);
    metrics[`${arm}_correctness`] = rate(own.filter(({ result }) => result.scores.correct).length, own.length);
  }
  const forbidden = bySample(rows, "forbidden");
  if (forbidden.size === 0) return metrics;
  const wrong = [...forbidden.values()].map(({ cluster, correct }) => ({ cluster, value: 1 - correct }));
  metrics.necessity = rate(wrong.filter(({ value }) => value === 1).length, wrong.length);
  metrics.necessity_graded = mean(wrong);
  const forced = bySample(rows, "forced");
  const gains = [...forced].flatMap(([id, { cluster, correct }]) => {
    const without = forbidden.get(id);
    return without ? [{ cluster, value: correct - without.correct }] : [];
  });
  if (gains.length > 0) metrics.utility = mean(gains);
  return metrics;
}

/** Mean correctness of each sample over its repeats in an arm. */
function bySample(rows: Labelled[], arm: Arm): Map<string, { cluster: string; correct: number }> {
  const runs = new Map<string, { cluster: string; correct: boolean[] }>();
  for (const { sample, cluster, result } of rows) {
    if (result.arm !== arm) continue;
    const known = runs.get(sample.id) ?? { cluster, correct: [] };
    known.correct.push(result.scores.correct);
    runs.set(sample.id, known);
  }
  return new Map(
    [...runs].map(([id, { cluster, correct }]) => [
      id,
      { cluster, correct: correct.filter(Boolean).length / correct.length },
    ]),
  );
}
