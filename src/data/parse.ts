import { UserError, type Sample } from "../protocol/index.ts";
import { Ids } from "./formats/ids.ts";
import { describe, sampleFaults } from "./formats/rules.ts";
import { shorten } from "./formats/shape.ts";

/**
 * Reads a dataset: JSON Lines (a row is a line) or one JSON array (a row is a place in it). Every row is checked and kept
 * as it is; a UserError names the file, the row and the field of the first mistake.
 */
export function parseDataset(text: string, fileName: string): Sample[] {
  return [...readSamples(text, fileName)];
}

/** The same, sample by sample: whoever takes them may let others run between. */
export function* readSamples(text: string, fileName: string): Generator<Sample> {
  const ids = new Ids();
  let isEmpty = true;
  for (const { value, row } of rowsOf(text.replace(/^\uFEFF/, ""), fileName)) {
    isEmpty = false;
    const [fault] = sampleFaults(value);
    const twice = ids.take(value, row);
    const problem = fault ?? (twice && { field: "id", message: twice.message });
    if (problem) {
      throw new UserError(describe({ row, field: problem.field || null, message: problem.message }, fileName));
    }
    yield value as Sample;
  }
  if (isEmpty) throw new UserError(`${fileName}: there are no samples in it.`);
}

/** Rows as JSON Lines, one a line; of samples parseDataset reads them back. */
export function toJsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function* rowsOf(text: string, fileName: string): Generator<{ value: unknown; row: number }> {
  if (text.trimStart().startsWith("[")) {
    const list = parseJson(text, fileName) as unknown[];
    for (const [i, value] of list.entries()) yield { value, row: i + 1 };
    return;
  }
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== "") yield { value: parseJson(line, `${fileName}, row ${i + 1}`), row: i + 1 };
  }
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${place}: this is not JSON (${shorten(reason)}).`);
  }
}
