import { isObject, UserError, type Sample } from "../../protocol/index.ts";
import type { Change } from "./fixes.ts";
import { guessMapping } from "./guess.ts";
import { Ids } from "./ids.ts";
import { checkMapping, mapRow, type Mapping, type Row } from "./mapping.ts";
import type { PresetId } from "./presets/index.ts";
import { mendRow } from "./read.ts";
import { describe, type Problem } from "./rules.ts";
import { openRows, type RawRow, type RowOptions, type Rows } from "./rows.ts";
import type { Source } from "./source.ts";

const PREVIEWED = 20;

/** The beginning of a source, and how it could become samples. */
export interface Preview {
  format: Rows["format"];
  columns: string[];
  rows: Row[];
  /** The known form that the rows have. */
  preset: PresetId | null;
  guess: Mapping;
}

export interface ImportOptions extends RowOptions {
  /** Rows with an `id` whose other columns belong to the row of that id: BFCL's possible answers. */
  answers?: Source | Rows;
  /** Most rows that are read. */
  limit?: number;
}

/** A sample, or what is wrong with its row. */
export type Imported =
  | {
      row: number;
      sample: Sample;
      /** Columns that are no field of ours and stay on the sample. */
      kept: string[];
      /** What was mended, as `fixDataset` does. */
      changes: Change[];
    }
  | { row: number | null; problems: Problem[] };

/** The first rows of a source and a guess at their mapping. A stream is used up by it. UserError: it cannot be read. */
export async function preview(source: Source | Rows, options: RowOptions = {}): Promise<Preview> {
  const opened = await rowsOf(source, options);
  const rows: Row[] = [];
  for await (const raw of opened) {
    if ("value" in raw && isObject(raw.value)) rows.push(raw.value);
    if (rows.length === PREVIEWED) break;
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { format: opened.format, columns, rows, ...guessMapping(columns, rows, opened.format) };
}

/**
 * Every row of a source as a checked sample, or as its problems: none is passed over. What is unambiguous is mended and
 * told. UserError: the mapping names what there is not, or the source as a whole cannot be read.
 */
export async function* importRows(
  source: Source | Rows,
  mapping: Mapping,
  options: ImportOptions = {},
): AsyncGenerator<Imported, void> {
  checkMapping(mapping);
  const { name = "the file", limit = Infinity } = options;
  const answers = options.answers === undefined ? null : await answersOf(options.answers);
  const prefix = name.replace(/^.*\//, "").replace(/(\.\w+){1,2}$/, "") || "row";
  const ids = new Ids();
  let count = 0;
  for await (const raw of await rowsOf(source, options)) {
    if (count++ >= limit) return;
    yield imported(raw, mapping, { name: prefix, ids, answers });
  }
  for (const id of limit === Infinity ? (answers?.keys() ?? []) : []) {
    yield {
      row: null,
      problems: [{ row: null, field: null, message: `the answer ${id} belongs to no row`, fix: null }],
    };
  }
}

interface Context {
  name: string;
  ids: Ids;
  answers: Map<string, Row> | null;
}

function imported(raw: RawRow, mapping: Mapping, { name, ids, answers }: Context): Imported {
  const { row } = raw;
  const refuse = (message: string): Imported => ({ row, problems: [{ row, field: null, message, fix: null }] });
  if ("problem" in raw) return refuse(raw.problem);
  if (!isObject(raw.value)) return refuse("this is not an object with columns");
  const id = String(raw.value["id"]);
  const answer = answers?.get(id);
  answers?.delete(id);
  try {
    const place = { row: answer ? { ...raw.value, ...answer } : raw.value, number: row, name };
    const { value, kept } = mapRow(mapping, place);
    const { sample, problems, changes } = mendRow(value, row, ids);
    return sample ? { row, sample, kept, changes } : { row, problems };
  } catch (error) {
    if (error instanceof UserError) return refuse(error.message);
    throw error;
  }
}

async function answersOf(source: Source | Rows): Promise<Map<string, Row>> {
  const answers = new Map<string, Row>();
  for await (const raw of await rowsOf(source, { name: "the answers" })) {
    const fault = "problem" in raw ? raw.problem : isObject(raw.value) && "id" in raw.value ? null : "there is no id";
    if (fault !== null) throw new UserError(describe({ row: raw.row, field: null, message: fault }, "the answers"));
    const { id, ...rest } = (raw as { value: Row }).value;
    answers.set(String(id), rest);
  }
  return answers;
}

function rowsOf(source: Source | Rows, options: RowOptions): Promise<Rows> {
  return typeof source === "object" && "notices" in source ? Promise.resolve(source) : openRows(source, options);
}
