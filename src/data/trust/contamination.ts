import { groupBy, UserError, type Sample } from "../../protocol/index.ts";
import { check, notCompared, percent, quote, some, type TrustCheck } from "./check.ts";
import { createGramIndex } from "./grams.ts";
import { paced, type Watch } from "./pace.ts";
import { fold } from "./words.ts";

export interface ContaminationOptions extends Watch {
  /** Words of an n-gram: 8 by default; 13 is what GPT-3 and lm-evaluation-harness take for long texts. */
  n?: number;
  /** The least share of a test prompt's n-grams seen in training that makes it contaminated; 0.5 by default. */
  overlap?: number;
}

/**
 * What a dataset gives to a side: its rows of that side's splits, or all of them where it has none. Validation is with
 * training, as both are seen before the test.
 */
export function sideOf(samples: readonly Sample[], side: "train" | "test"): readonly Sample[] {
  const own = samples.filter(({ split }) => split !== undefined && split.startsWith("test") === (side === "test"));
  return own.length > 0 ? own : samples;
}

/** What of `test` was seen in `train`: the same prompts, the same words, templates and topics. */
export async function contamination(
  test: readonly Sample[],
  train: readonly Sample[],
  { n = 8, overlap = 0.5, ...watch }: ContaminationOptions = {},
): Promise<TrustCheck[]> {
  if (!Number.isInteger(n) || n < 1)
    throw new UserError(`n is ${n}: an n-gram has a whole number of words, at least 1.`);
  return [
    await identicalPrompts(test, train, watch),
    await sharedGrams(test, train, n, overlap, watch),
    sharedField(test, train, "template"),
    sharedField(test, train, "topic"),
  ];
}

async function identicalPrompts(test: readonly Sample[], train: readonly Sample[], watch: Watch): Promise<TrustCheck> {
  const seen = new Map<string, Sample>();
  await paced("prompts of training", train, watch, (sample) => {
    const key = fold(sample.prompt);
    if (!seen.has(key)) seen.set(key, sample);
  });
  const found: [Sample, Sample][] = [];
  await paced("prompts of the test", test, watch, (sample) => {
    const twin = seen.get(fold(sample.prompt));
    if (twin) found.push([sample, twin]);
  });
  return check(
    {
      id: "identical_prompts",
      title: "Test prompts seen in training",
      level: found.length > 0 ? "problem" : "ok",
      summary: `${found.length} of ${test.length} test prompts stand in the ${train.length} training samples, whatever their case, white space and Unicode form.`,
    },
    found,
    ([sample, twin]) => ({ ids: [sample.id, twin.id], detail: `${quote(sample.prompt)} is in both` }),
  );
}

async function sharedGrams(
  test: readonly Sample[],
  train: readonly Sample[],
  n: number,
  overlap: number,
  watch: Watch,
): Promise<TrustCheck> {
  const index = createGramIndex(n);
  await paced(`${n}-grams of training`, train, watch, ({ prompt }, i) => index.add(prompt, i));
  const found: { sample: Sample; twin: Sample; seen: number; all: number }[] = [];
  await paced(`${n}-grams of the test`, test, watch, (sample) => {
    const { seen, all, first } = index.look(sample.prompt);
    if (first !== null) found.push({ sample, twin: train[first]!, seen, all });
  });
  found.sort((a, b) => b.seen / b.all - a.seen / a.all);
  const contaminated = found.filter(({ seen, all }) => seen / all >= overlap);
  return check(
    {
      id: "ngram_overlap",
      title: `Word ${n}-grams seen in training`,
      level: contaminated.length > 0 ? "problem" : found.length > 0 ? "notice" : "ok",
      summary: `${contaminated.length} of ${test.length} test prompts have at least ${percent(overlap, 1)} of their word ${n}-grams in training; ${found.length} have any.`,
    },
    found,
    ({ sample, twin, seen, all }) => ({
      ids: [sample.id, twin.id],
      detail: `${percent(seen, all)} (${seen} of ${all}) of ${quote(sample.prompt)}; the first also in ${quote(twin.prompt)}`,
    }),
  );
}

function sharedField(test: readonly Sample[], train: readonly Sample[], field: "template" | "topic"): TrustCheck {
  const id = `shared_${field}s`;
  const title = `${field === "template" ? "Templates" : "Topics"} of both training and test`;
  const [inTest, inTrain] = [named(test, field), named(train, field)];
  if (inTest.size === 0 || inTrain.size === 0)
    return notCompared(id, title, `the samples of ${inTest.size === 0 ? "the test" : "training"} name no ${field}.`);
  const found = [...inTest].filter(([name]) => inTrain.has(name));
  const involved = found.reduce((sum, [, own]) => sum + own.length, 0);
  return check(
    {
      id,
      title,
      level: found.length > 0 ? "problem" : "ok",
      summary: `${found.length} of ${some(inTest.size, field)} of the test are of training, too: ${some(involved, "test sample")}.`,
    },
    found,
    ([name, own]) => ({
      ids: own.map(({ id }) => id),
      detail: `${field} ${quote(name)}: ${some(own.length, "test sample")}, ${inTrain.get(name)!.length} of training`,
    }),
  );
}

/** Those that have the field, by its value. */
function named(samples: readonly Sample[], field: "template" | "topic"): Map<string, Sample[]> {
  return groupBy(
    samples.filter((sample) => sample[field] !== undefined),
    (sample) => sample[field]!,
  );
}
