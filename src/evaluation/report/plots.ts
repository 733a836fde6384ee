import { CATEGORIES, ranAlone, type Run, type Sample } from "../../protocol/index.ts";
import { label, mainArm, type Labelled } from "../metrics.ts";
import { confusion } from "../slices.ts";
import { histogram, document, heat, intervals, strips } from "./svg.ts";

/** The plots of a run as SVG texts, by name. A plot without data is left out. */
export function plots(run: Run, samples: readonly Sample[]): Record<string, string> {
  const rows = label(run.results, samples).filter(({ result }) => result.arm === mainArm(run.config.arms));
  if (rows.length === 0) return {};
  const drawn: Record<string, string> = {
    accuracy_by_category: document("Accuracy by category, with 95 % intervals", intervals(bars(run))),
    confusion: document("Chosen (columns) against optimal (rows)", heat(confusion(run.results, samples))),
    latency: document(
      "Milliseconds of the model for a sample that ran alone",
      histogram(rows.flatMap(({ result }) => (ranAlone(result) ? [result.timing.totalMs] : []))),
    ),
  };
  const propensities = byCategory(rows);
  if (propensities.some(({ values }) => values.length > 0)) {
    drawn.p_call = document("P(call) at the first decision, by category", strips(propensities));
  }
  return drawn;
}

function bars(run: Run) {
  return run.slices
    .filter(({ dimension }) => dimension === "category")
    .flatMap(({ value, metrics }) =>
      (["tool_accuracy", "correctness"] as const).flatMap((name) => {
        const metric = metrics[name];
        return metric ? [{ name: `${value}: ${name === "correctness" ? "answer" : "decision"}`, metric }] : [];
      }),
    );
}

function byCategory(rows: Labelled[]): { name: string; values: number[] }[] {
  return CATEGORIES.map((name) => ({
    name,
    values: rows.flatMap(({ sample, result: { scores } }) =>
      sample.category === name && scores.p_call !== null ? [scores.p_call] : [],
    ),
  })).filter(({ values }) => values.length > 0);
}
