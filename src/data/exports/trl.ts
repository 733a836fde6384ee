import { makeTrainingRows, METHODS, type Method, type TrainingData } from "../../data/training/index.ts";
import { toJsonl } from "../parse.ts";
import { plainName, type DatasetExport, type ExportOptions } from "./export.ts";
import type { Sample } from "../../protocol/index.ts";

const TITLES: Record<Method, string> = {
  sft: "TRL, conversations (SFT)",
  dpo: "TRL, preference pairs (DPO)",
  kto: "TRL, judged turns (KTO)",
  ppo: "TRL, prompts with rewards (PPO)",
  grpo: "TRL, prompts with rewards (GRPO)",
};

/** The dataset types of TRL with conversational prompts and a column of tools. Source: TRL's docs, dataset_formats.md. */
export const trl: readonly DatasetExport[] = METHODS.map((method) => ({
  id: `trl-${method}`,
  title: TITLES[method],
  extension: ".jsonl",
  ...(method === "sft" && { needsResults: true }),
  files: async (samples, options) => {
    const { rows } = await trainingRows(method, samples, options);
    return [{ name: `${plainName(options.name)}.${method}.jsonl`, text: toJsonl(rows) }];
  },
}));

/** Rows to train on; what was left out is noted. */
export async function trainingRows<M extends Method>(method: M, samples: readonly Sample[], options: ExportOptions) {
  const { name, sha256, seed = 0, note, ...rest } = options;
  const data = await makeTrainingRows<M>({ ...rest, method, seed, dataset: { name, sha256, samples } });
  for (const sentence of notes(data)) note?.(sentence);
  return data;
}

function notes({ skipped, lengthAuroc }: TrainingData<unknown>): string[] {
  const sentences = Object.entries(skipped).map(([reason, count]) => `Left out ${count}: ${reason}.`);
  if (lengthAuroc !== null) sentences.push(`AUROC of length for being chosen: ${lengthAuroc.toFixed(3)}.`);
  return sentences;
}
