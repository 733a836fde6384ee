import type { Sample } from "../../protocol/index.ts";
import { fixRow, type Change } from "./fixes.ts";
import { Ids } from "./ids.ts";
import { sampleFaults, type Problem } from "./rules.ts";
import { openRows, type RawRow, type RowOptions, type Rows } from "./rows.ts";
import type { Source } from "./source.ts";

/** Problems and changes that are kept with their words; the rest is counted. */
const MOST = 1000;

export interface ReadOptions extends RowOptions {
  /** Most problems, and most changes, that are told in words; 1000 by default. All are counted. */
  most?: number;
}

/** What is in a file. */
export interface ReadResult {
  format: Rows["format"];
  /** Rows that were there, good and bad. */
  rows: number;
  /** The good ones. */
  samples: Sample[];
  /** What is wrong, in the order of the rows: the first `most` of `problemCount`. */
  problems: Problem[];
  problemCount: number;
  /** How many of the problems `fixDataset` mends. */
  fixable: number;
  /** What is unusual but harmless: a byte order mark, CR LF. */
  notices: Problem[];
}

export interface FixResult extends ReadResult {
  /** What was mended: the first `most` of `changeCount`. What stayed wrong is in `problems`, its rows not in `samples`. */
  changes: Change[];
  changeCount: number;
}

/**
 * Checks a dataset of the project's own form row by row and names every problem, not only the first, with what can be
 * mended. UserError: the file as a whole cannot be read. Rejects with the signal's reason when it is aborted.
 */
export async function readDataset(source: Source, options: ReadOptions = {}): Promise<ReadResult> {
  const { changes: _changes, changeCount: _count, ...result } = await collect(source, options, false);
  return result;
}

/** Mends what needs no person to tell, and says what was changed. Errors as in `readDataset`. */
export function fixDataset(source: Source, options: ReadOptions = {}): Promise<FixResult> {
  return collect(source, options, true);
}

async function collect(source: Source, options: ReadOptions, mend: boolean): Promise<FixResult> {
  const { most = MOST } = options;
  const rows = await openRows(source, options);
  const result: FixResult = {
    format: rows.format,
    rows: 0,
    samples: [],
    problems: [],
    problemCount: 0,
    fixable: 0,
    notices: [],
    changes: [],
    changeCount: 0,
  };
  const problem = (one: Problem) => {
    if (result.problemCount++ < most) result.problems.push(one);
    if (one.fix !== null) result.fixable++;
  };
  const change = (one: Change) => {
    if (result.changeCount++ < most) result.changes.push(one);
  };
  const ids = new Ids();
  for await (const raw of rows) {
    result.rows++;
    const checked = mend ? mended(raw, ids) : checkRow(raw, ids);
    checked.problems.forEach(problem);
    checked.changes.forEach(change);
    if (checked.sample) result.samples.push(checked.sample);
  }
  if (result.rows === 0) problem({ row: null, field: null, message: "there are no samples in it", fix: null });
  result.notices = noticesOf(rows);
  if (mend) result.changes.push(...result.notices.map(({ fix }) => ({ row: null, field: "file", what: fix ?? "" })));
  if (mend) result.changeCount += result.notices.length;
  return result;
}

interface Checked {
  sample: Sample | null;
  problems: Problem[];
  changes: Change[];
}

function checkRow(raw: RawRow, ids: Ids): Checked {
  const { row } = raw;
  if ("problem" in raw) return unreadable(raw);
  const faults = sampleFaults(raw.value);
  const { changes } = faults.length > 0 ? fixRow(raw.value, row) : { changes: [] };
  const problems = faults.map(({ field, message }): Problem => {
    const fix = changes.find((one) => one.field === field || field.startsWith(`${one.field}.`))?.what ?? null;
    return { row, field: field || null, message, fix };
  });
  const twice = ids.take(raw.value, row);
  if (twice) problems.push({ row, field: "id", message: twice.message, fix: `written as "${twice.free}"` });
  return { sample: problems.length > 0 ? null : (raw.value as Sample), problems, changes: [] };
}

function mended(raw: RawRow, ids: Ids): Checked {
  const { row } = raw;
  if ("problem" in raw) return unreadable(raw);
  return mendRow(raw.value, row, ids);
}

/** A row with what can be mended mended, and what is wrong then. */
export function mendRow(given: unknown, row: number, ids: Ids): Checked {
  let value = given;
  let faults = sampleFaults(value);
  const changes: Change[] = [];
  if (faults.length > 0) {
    const fixed = fixRow(value, row);
    value = fixed.value;
    changes.push(...fixed.changes.map((one) => ({ row, ...one })));
    if (changes.length > 0) faults = sampleFaults(value);
  }
  const twice = ids.take(value, row);
  if (twice) {
    value = { ...(value as Sample), id: twice.free };
    changes.push({ row, field: "id", what: `${twice.message}: written as "${twice.free}"` });
  }
  const problems = faults.map(({ field, message }): Problem => ({ row, field: field || null, message, fix: null }));
  // A row that stays wrong is left out as it was: nothing of it counts as mended.
  return problems.length > 0 ? { sample: null, problems, changes: [] } : { sample: value as Sample, problems, changes };
}

function unreadable({ row, problem }: { row: number; problem: string }): Checked {
  return { sample: null, problems: [{ row, field: null, message: problem, fix: null }], changes: [] };
}

function noticesOf({ notices: { bom, crlf } }: Rows): Problem[] {
  const notice = (message: string, fix: string): Problem => ({ row: null, field: null, message, fix });
  return [
    ...(bom ? [notice("a byte order mark stands before the first row", "byte order mark removed")] : []),
    ...(crlf > 0 ? [notice(`${crlf} lines end in CR LF`, "lines end in LF")] : []),
  ];
}
