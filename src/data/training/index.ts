import { UserError } from "../../protocol/index.ts";
import { labelPairs } from "./label-pairs.ts";
import { fairPairs, lengthAuroc, lengthOf, type Measured } from "./length.ts";
import { promptRows } from "./prompts.ts";
import type { KtoRow, Method, PreferenceRow, RowOf, TrainingData, TrainingOptions } from "./rows.ts";
import { runPairs } from "./run-pairs.ts";
import { Skipped, trainingSamples } from "./select.ts";
import { sftRows } from "./sft.ts";

export { goldAnswerOf } from "./label.ts";
export { METHODS } from "./rows.ts";
export type { GoldRunner, Method, SftRow, ToolPart, TrainingData, TrainingOptions, Turn } from "./rows.ts";

/**
 * Rows to train on, made from a dataset's labels: conversations (sft), pairs (dpo), judged turns (kto) or prompts with what
 * their reward needs (ppo, grpo). Each names its sample and the dataset's bytes. The same dataset, tools and seed give the
 * same rows. UserError: samples of a test, none to train on, gold calls that do not work, or a run of another dataset.
 */
export async function makeTrainingRows<M extends Method>(options: TrainingOptions<M>): Promise<TrainingData<RowOf[M]>> {
  if (!Number.isSafeInteger(options.seed)) {
    throw new UserError(`The seed is ${options.seed}: it must be a whole number.`);
  }
  const samples = trainingSamples(options);
  const skipped = new Skipped();
  const data: TrainingData<RowOf[Method]> = { rows: [], skipped: skipped.counts, lengthAuroc: null };
  if (options.method === "sft") data.rows = await sftRows(samples, options, skipped);
  else if (options.method === "dpo" || options.method === "kto") {
    const pairs = options.runs ? runPairs(samples, options, skipped) : labelPairs(samples, options, skipped);
    const measured = pairs.map((pair): Measured<PreferenceRow> => {
      const sum = (side: "chosen" | "rejected") =>
        pair[side].reduce((length, turn) => length + lengthOf(turn, options.renderCall), 0);
      return { pair, chosen: sum("chosen"), rejected: sum("rejected") };
    });
    const fair = fairPairs(measured);
    skipped.add("length: the pair would give the label away", measured.length - fair.length);
    data.lengthAuroc = lengthAuroc(fair);
    const rows = fair.map(({ pair }) => pair);
    data.rows = options.method === "dpo" ? rows : rows.flatMap(judged);
  } else data.rows = promptRows(samples, options, skipped);
  if (data.rows.length === 0) {
    const reasons = Object.entries(data.skipped).map(([reason, count]) => `${reason} (${count})`);
    throw new UserError(`${options.dataset.name}: nothing is left to train on: ${reasons.join("; ")}.`);
  }
  return data as TrainingData<RowOf[M]>;
}

function judged({ chosen, rejected, ...rest }: PreferenceRow): KtoRow[] {
  return [
    { ...rest, completion: chosen, label: true },
    { ...rest, completion: rejected, label: false },
  ];
}
