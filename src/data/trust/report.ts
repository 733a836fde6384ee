import { TOOL_NAMES, type Run, type Sample } from "../../protocol/index.ts";
import { answersInPrompts } from "./answers.ts";
import { balance, type Balance } from "./balance.ts";
import type { Level, TrustCheck } from "./check.ts";
import { contamination, sideOf } from "./contamination.ts";
import { exactDuplicates, nearDuplicates } from "./duplicates.ts";
import { evidence } from "./evidence.ts";
import { labels } from "./labels.ts";
import type { Watch } from "./pace.ts";
import { shortcuts } from "./shortcuts.ts";

export interface TrustOptions extends Watch {
  /** What models were trained on; without it the test splits are compared with the others. */
  against?: readonly Sample[];
  /** Runs over these samples, matched by the samples' ids. */
  runs?: readonly Run[];
  /** Words of the n-grams of contamination; 8 by default. */
  n?: number;
  /** The least similarity of near duplicates; 0.8 by default. */
  threshold?: number;
  /** Numbers count as the same among near duplicates. */
  maskNumbers?: boolean;
  /** Of hash functions and permutations; 1 by default. Same seed, same report. */
  seed?: number;
}

/** What the data studio and `agentcoder data stats` show. JSON, and untrusted text: prompts and names are quoted in it. */
export interface TrustReport {
  samples: number;
  /** The worst of the checks'. */
  level: Level;
  checks: TrustCheck[];
  balance: Balance;
}

/** All checks of a dataset (docs/data_trust.md). Pure: the same samples, runs and options give the same report. */
export async function trustReport(samples: readonly Sample[], options: TrustOptions = {}): Promise<TrustReport> {
  const { against, runs = [], n, threshold, maskNumbers, seed, signal, onProgress } = options;
  const watch: Watch = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const seeded = { ...watch, ...(seed !== undefined && { seed }) };
  const counted = await balance(samples, watch);
  const checks = [
    await exactDuplicates(samples, watch),
    await nearDuplicates(samples, {
      ...seeded,
      ...(threshold !== undefined && { threshold }),
      ...(maskNumbers !== undefined && { maskNumbers }),
    }),
    ...(await compared(samples, against, { ...watch, ...(n !== undefined && { n }) })),
    await answersInPrompts(samples, watch),
    ...(await shortcuts(samples, seeded)),
    ...(await labels(samples, { ...watch, tools: [...TOOL_NAMES, ...runs.flatMap(({ config }) => config.tools)] })),
    ...(runs.length > 0 ? await evidence(samples, runs, watch) : []),
    counted.check,
  ];
  return { samples: samples.length, level: worstOf(checks), checks, balance: counted.balance };
}

/** The worst level of checks. */
export function worstOf(checks: readonly TrustCheck[]): Level {
  const has = (level: Level) => checks.some((one) => one.level === level);
  return has("problem") ? "problem" : has("notice") ? "notice" : "ok";
}

/** Contamination by other samples, or among the splits; nothing where there is neither. */
async function compared(
  samples: readonly Sample[],
  against: readonly Sample[] | undefined,
  options: Watch & { n?: number },
): Promise<TrustCheck[]> {
  if (against) return contamination(samples, against, options);
  const [test, train] = [sideOf(samples, "test"), sideOf(samples, "train")];
  return test === samples || train === samples ? [] : contamination(test, train, options);
}
