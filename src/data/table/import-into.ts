import { UserError, type Sample } from "../../protocol/index.ts";
import type { Store } from "../../store/index.ts";
import { describe, importRows, type Mapping } from "../formats/index.ts";
import { nameOf, openOrigin, sourceOf, titleOf, type ImportProgress, type Origin } from "./import-origin.ts";

/** What became of an import. */
export interface ImportOutcome {
  /** Of the new dataset; null: there were problems and `partial` was not asked for, so nothing was kept. */
  sha256: string | null;
  /** Good rows. */
  samples: number;
  /** The first problems, as sentences, and how many rows have some. */
  problems: string[];
  bad: number;
  /** Rows in which something was mended. */
  mended: number;
  /** Why the hub gave no more rows, and from which one to go on; what had come is the dataset. null: all came. */
  stopped: string | null;
}

interface Options {
  mapping: Mapping;
  /** Rows that belong to those with the same id. */
  answers: File | null;
  /** Keep the good rows also where others are wrong. */
  partial: boolean;
  signal: AbortSignal;
  onProgress(progress: ImportProgress): void;
}

/** Problems that are told in words. */
const TOLD = 100;
/** Samples that are handed to the store at a time. */
const PORTION = 500;

/**
 * Reads an origin row by row into the store. Where the hub fails on the way, what came is kept. UserError: it cannot be
 * read at all, or no row of it is good. Rejects with the signal's reason when it is aborted; nothing is kept then.
 */
export async function importInto(store: Store, origin: Origin, options: Options): Promise<ImportOutcome> {
  const { mapping, answers, partial, signal } = options;
  const outcome: ImportOutcome = { sha256: null, samples: 0, problems: [], bad: 0, mended: 0, stopped: null };
  const name = nameOf(origin);
  const { rows } = await openOrigin(origin, options);
  const writer = store.openDatasetWriter({
    name: titleOf(origin),
    version: "1",
    source: sourceOf(origin, answers),
  });
  // A part of a dataset leaves answers over, which is no fault then.
  const limit = origin instanceof File ? {} : { limit: origin.limit };
  let portion: Sample[] = [];
  const unfit = () => outcome.samples === 0 || (outcome.bad > 0 && !partial);
  try {
    for await (const one of importRows(rows, mapping, { name, ...limit, ...(answers && { answers }) })) {
      if ("sample" in one) {
        portion.push(one.sample);
        outcome.samples++;
        if (one.changes.length > 0) outcome.mended++;
      } else {
        outcome.bad++;
        const room = TOLD - outcome.problems.length;
        outcome.problems.push(...one.problems.slice(0, room).map((problem) => describe(problem, name)));
      }
      if (portion.length < PORTION) continue;
      await writer.append(portion);
      portion = [];
    }
    signal.throwIfAborted();
    if (outcome.bad > 0 && unfit()) {
      await writer.abort();
      return outcome;
    }
    await writer.append(portion);
    return { ...outcome, sha256: (await writer.finish()).sha256 };
  } catch (error) {
    const late = error instanceof UserError && !(origin instanceof File) && !signal.aborted && !unfit();
    if (!late) {
      await writer.abort();
      throw error;
    }
    await writer.append(portion);
    return { ...outcome, stopped: error.message, sha256: (await writer.finish()).sha256 };
  }
}
