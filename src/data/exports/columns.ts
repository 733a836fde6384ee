import { Sample } from "../../protocol/index.ts";
import { EXTRA_FIELDS } from "../formats/index.ts";

type Field = keyof Sample;

const FIELDS = Object.keys(Sample.properties) as Field[];
const NESTED: readonly Field[] = ["alternative_tools", "gold_calls", "check", "files", "tools"];
const REQUIRED: readonly string[] = Sample.required;

/** A table: its columns' names, and a cell for each in every row; null where the sample has no such field. */
export interface Table {
  columns: string[];
  rows: (string | null)[][];
}

/**
 * Samples as a table of texts from which `importRows` has them back as they were. Nested fields are JSON. What no cell
 * could hold without doubt stands in a last column, as one JSON object: fields of one's own, an empty text where a field
 * is optional, half surrogate pairs. The column is there only where a sample needs it.
 */
export function tableOf(samples: readonly Sample[]): Table {
  const rows = samples.map(cellsOf);
  const isUsed = (_: unknown, column: number) => rows.some((row) => row[column] !== null);
  return { columns: [...FIELDS, EXTRA_FIELDS].filter(isUsed), rows: rows.map((row) => row.filter(isUsed)) };
}

function cellsOf(sample: Sample): (string | null)[] {
  const extra: Record<string, unknown> = {};
  const cells = FIELDS.map((field) => {
    const value = sample[field];
    if (value === undefined) return null;
    if (NESTED.includes(field)) return JSON.stringify(value);
    if (isPlain(field, String(value))) return String(value);
    extra[field] = value;
    return REQUIRED.includes(field) ? "" : null;
  });
  for (const [name, value] of Object.entries(sample)) {
    // A defined property, as JSON.parse would make it: a name like __proto__ is a name.
    if (!(FIELDS as string[]).includes(name)) Object.defineProperty(extra, name, { value, enumerable: true });
  }
  return [...cells, Object.keys(extra).length > 0 ? JSON.stringify(extra) : null];
}

const isPlain = (field: Field, text: string) => (text !== "" || REQUIRED.includes(field)) && !/\p{Cs}/u.test(text);
