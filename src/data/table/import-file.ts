import type { Store } from "../../store/index.ts";
import { describe, importRows, type Mapping } from "../formats/index.ts";
import type { OnProgress } from "./studio-table.ts";

/** What became of a file. */
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
}

interface Options {
  mapping: Mapping;
  /** Keep the good rows also where others are wrong. */
  partial: boolean;
  /** Good and bad rows so far; the total is not known and 0. */
  onProgress: OnProgress;
}

/** Problems that are told in words. */
const TOLD = 100;
/** Samples that are handed to the store at a time. */
const PORTION = 500;

/** Reads a file row by row into the store. UserError: the file as a whole cannot be read, or no row of it is good. */
export async function importFile(store: Store, file: File, options: Options): Promise<ImportOutcome> {
  const { mapping, partial, onProgress } = options;
  const outcome: ImportOutcome = { sha256: null, samples: 0, problems: [], bad: 0, mended: 0 };
  const writer = store.openDatasetWriter({
    name: file.name.replace(/(\.\w+){1,2}$/, ""),
    version: "1",
    source: file.name,
  });
  try {
    let portion = [];
    for await (const one of importRows(file, mapping, { name: file.name })) {
      if ("sample" in one) {
        portion.push(one.sample);
        outcome.samples++;
        if (one.changes.length > 0) outcome.mended++;
      } else {
        outcome.bad++;
        const room = TOLD - outcome.problems.length;
        outcome.problems.push(...one.problems.slice(0, room).map((problem) => describe(problem, file.name)));
      }
      if (portion.length < PORTION) continue;
      await writer.append(portion);
      portion = [];
      onProgress(outcome.samples + outcome.bad, 0);
    }
    if (outcome.bad > 0 && (!partial || outcome.samples === 0)) {
      await writer.abort();
      return outcome;
    }
    await writer.append(portion);
    return { ...outcome, sha256: (await writer.finish()).sha256 };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
