import { UserError, type Sample } from "../protocol/index.ts";
import { Ids } from "./formats/ids.ts";
import { describe, sampleFaults } from "./formats/rules.ts";
import { shorten } from "./formats/shape.ts";

/**
 * Reads a dataset: JSON Lines (a row is a line) or one JSON array (a row is a place in it). Every row is checked and kept
 * as it is; a UserError names the file, the row and the field of the first mistake.
 */
export function parseDataset(text: string, fileName: string): Sample[] {
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), fileName);
  if (rows.length === 0) throw new UserError(`${fileName}: there are no samples in it.`);
  const ids = new Ids();
  return rows.map(({ value, row }) => {
    const [fault] = sampleFaults(value);
    const twice = ids.take(value, row);
    const problem = fault ?? (twice && { field: "id", message: twice.message });
    if (problem) {
      throw new UserError(describe({ row, field: problem.field || null, message: problem.message }, fileName));
    }
    return value as Sample;
  });
}

/** Rows as JSON Lines, one a line; of samples parseDataset reads them back. */
export function toJsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function rowsOf(text: string, fileName: string): { value: unknown; row: number }[] {
  if (text.trimStart().startsWith("[")) {
    const list = parseJson(text, fileName) as unknown[];
    return list.map((value, i) => ({ value, row: i + 1 }));
  }
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === "") return [];
    return [{ value: parseJson(line, `${fileName}, row ${i + 1}`), row: i + 1 }];
  });
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${place}: this is not JSON (${shorten(reason)}).`);
  }
}
