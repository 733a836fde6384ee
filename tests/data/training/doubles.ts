import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseDataset } from "../../../src/data/index.ts";
import type { GoldRunner, TrainingOptions } from "../../../src/data/training/index.ts";
import type { Sample, ToolSchema } from "../../../src/protocol/index.ts";
import { plainSample } from "../plain-sample.ts";
import { createDefaultTools } from "../../../src/tools/index.ts";

const path = resolve(import.meta.dirname, "../../../datasets/tool_use_v0/data.jsonl");

/** The published dataset, whose labels are known. */
export const published = {
  name: "tool_use_v0",
  sha256: "ab".repeat(32),
  samples: parseDataset(readFileSync(path, "utf8"), "data.jsonl"),
};

/** What prompts list of our own tools. */
export const TOOLS: ToolSchema[] = createDefaultTools({ execute: () => Promise.reject(new Error("no Python here")) })
  .list()
  .map(({ name, description, parameters }) => ({ name, description, parameters }));

/** Shows of each call what it was, so that a row's results can be told apart. */
export const echo: GoldRunner = async (_sample, calls) =>
  calls.map((call) => ({ shown: `<${JSON.stringify(call.arguments)}>`, success: true, killed: null }));

export const sampleOf = (more: Partial<Sample> = {}): Sample => plainSample({ split: "train", ...more });

/** A sample that wants code. */
export const coding = (more: Partial<Sample> = {}): Sample =>
  sampleOf({
    optimal_tool: "code_executor",
    gold_calls: [{ name: "code_executor", arguments: { code: "print(2 + 2)" } }],
    ...more,
  });

export const optionsOf = (samples: readonly Sample[], more: Partial<TrainingOptions> = {}) => ({
  dataset: { name: "mine", sha256: "cd".repeat(32), samples },
  tools: TOOLS,
  seed: 1,
  ...more,
});
