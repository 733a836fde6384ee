import type { Run, Sample } from "../../../src/protocol/index.ts";
import { trustReport, type TrustCheck, type TrustOptions } from "../../../src/data/trust/index.ts";
import { fakeRun } from "../../app/fixtures/run.ts";
import { configOf } from "../../evaluation/doubles.ts";

/** A sample that is well labelled: with a tool unless told otherwise. */
export function sampleOf(id: string, change: Partial<Sample> = {}): Sample {
  return {
    id,
    prompt: `What is ${id}?`,
    optimal_tool: "code_executor",
    reasoning: "",
    difficulty: "easy",
    category: "ambiguous",
    ground_truth_output: "no such answer",
    alternative_tools: [],
    ...change,
  };
}

/** One check of the report. */
export async function checkOf(id: string, samples: Sample[], options: TrustOptions = {}): Promise<TrustCheck> {
  const { checks } = await trustReport(samples, options);
  const found = checks.find((one) => one.id === id);
  if (!found) throw new Error(`There is no check ${id}: ${checks.map((one) => one.id).join(", ")}`);
  return found;
}

export const runOf = (samples: Sample[], results: Run["results"]): Run =>
  fakeRun(samples, configOf("nano", {}), { results });
