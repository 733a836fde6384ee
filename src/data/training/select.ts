import { UserError, type Sample } from "../../protocol/index.ts";
import type { TrainingOptions } from "./rows.ts";

/**
 * The samples that may be trained on. UserError: one of a test is among them (what judges a model must not teach it), or
 * there is none.
 */
export function trainingSamples({ dataset, split = "train" }: Pick<TrainingOptions, "dataset" | "split">): Sample[] {
  const chosen = dataset.samples.filter((sample) => split === "all" || sample.split === split);
  const test = chosen.find((sample) => sample.split?.startsWith("test"));
  if (test) {
    throw new UserError(
      `${dataset.name}, sample "${test.id}": it is of split ${test.split}, which judges models and must not train them. Choose split train or validation.`,
    );
  }
  if (chosen.length === 0) {
    const way = dataset.samples.some((sample) => sample.split)
      ? "choose another split"
      : "choose split all where the dataset is not split";
    throw new UserError(`${dataset.name}: no sample is of split ${split}: ${way}.`);
  }
  return chosen;
}

/** Counts by reason. */
export class Skipped {
  readonly counts: Record<string, number> = {};

  add(reason: string, count = 1): void {
    if (count > 0) this.counts[reason] = (this.counts[reason] ?? 0) + count;
  }
}

export const NO_GOLD_CALL = "the sample has no gold call";
export const NO_ANSWER = "the sample has no answer";
export const NO_TOOL = "a tool that the sample needs is not among the available ones";
