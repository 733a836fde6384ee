import { Breath, UserError } from "../../protocol/index.ts";
import { ArraySplitter } from "./array.ts";
import { columnNames, delimiterOf, RecordSplitter } from "./csv.ts";
import { LineSplitter, type Splitter } from "./lines.ts";
import { parquetRows } from "./parquet.ts";
import { shorten } from "./shape.ts";
import { openSource, type Opened, type Source } from "./source.ts";

export const FORMATS = ["jsonl", "json", "csv", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

/** A row as it was read, or why it could not be. `row` counts from 1: a line, a place in a list, a record of a table. */
export type RawRow = { row: number; value: unknown } | { row: number; problem: string };

/** Rows of any origin. */
export interface Rows extends AsyncIterable<RawRow> {
  format: Format | "hub";
  /** What can be told of the file itself; complete when all rows are read. */
  notices: { bom: boolean; crlf: number };
}

export interface RowOptions {
  /** How the file is called in sentences. */
  name?: string;
  /** Told from the content where it is left out. */
  format?: Format;
  signal?: AbortSignal;
  /** Rows so far; called a few times a second at most. */
  onProgress?(rows: number): void;
}

/**
 * Reads a file row by row, without holding it: JSON Lines, one JSON array, CSV (with commas, semicolons or tabs) or
 * Parquet, each perhaps gzipped. A row that cannot be read is told and the next one read. UserError: the file as a whole
 * cannot be read. Rejects with the signal's reason when it is aborted.
 */
export async function openRows(source: Source, options: RowOptions = {}): Promise<Rows> {
  const { name = "the file" } = options;
  const opened = await openSource(source, name);
  const format = options.format ?? formatOf(opened.head, name);
  const notices = { bom: false, crlf: 0 };
  const rows =
    format === "parquet"
      ? numbered(parquetRows(await opened.blob(), name))
      : format === "csv"
        ? tableRows(opened, notices, name)
        : jsonRows(opened, format, notices);
  return { format, notices, [Symbol.asyncIterator]: () => breathing(rows, options) };
}

/** Tells a format from a file's beginning, and from its name where that does not say. */
function formatOf(head: Uint8Array, name: string): Format {
  const text = startOf(head);
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("[")) return "json";
  if (text.startsWith("{") || text === "") return "jsonl";
  if (/\.[ct]sv(\.gz)?$/i.test(name)) return "csv";
  if (/\.(jsonl?|ndjson)(\.gz)?$/i.test(name)) return "jsonl";
  if (/[,;\t]/.test(text.split("\n")[0] ?? "")) return "csv";
  throw new UserError(`${name}: this looks like none of ${FORMATS.join(", ")}; name its format.`);
}

function startOf(head: Uint8Array): string {
  const wide =
    head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(wide).decode(head.subarray(0, 65_536)).trimStart();
}

async function* jsonRows(opened: Opened, format: "jsonl" | "json", notices: Rows["notices"]): AsyncGenerator<RawRow> {
  const splitter = format === "json" ? new ArraySplitter() : new LineSplitter();
  for await (const { row, text, fault } of cut(splitter, opened.text(notices))) {
    yield fault === "" ? parsed(row, text) : { row, problem: fault };
    if (splitter instanceof LineSplitter) notices.crlf = splitter.crlf;
  }
}

function parsed(row: number, text: string): RawRow {
  try {
    return { row, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { row, problem: `this is not JSON (${shorten((error as Error).message)})` };
  }
}

async function* tableRows(opened: Opened, notices: Rows["notices"], name: string): AsyncGenerator<RawRow> {
  const { dsvFormat } = await import("d3-dsv");
  const delimiter = delimiterOf(startOf(opened.head));
  const table = dsvFormat(delimiter);
  let columns: string[] | null = null;
  for await (const { row, text, fault } of cut(new RecordSplitter(delimiter), opened.text(notices))) {
    if (fault !== "") {
      // Nothing can be told of a table whose columns have no names.
      if (!columns) throw new UserError(`${name}, row ${row}: ${fault}.`);
      yield { row, problem: fault };
      continue;
    }
    const cells = table.parseRows(text)[0] ?? [];
    if (!columns) columns = columnNames(cells);
    else if (cells.length !== columns.length) {
      yield { row, problem: `${cells.length} cells where the first row has ${columns.length}` };
    } else yield { row, value: Object.fromEntries(columns.map((column, i) => [column, cells[i]])) };
  }
}

async function* cut(splitter: Splitter, text: AsyncIterable<string>) {
  for await (const piece of text) yield* splitter.push(piece);
  yield* splitter.end();
}

async function* numbered(values: AsyncIterable<unknown>): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const value of values) yield { row: ++row, value };
}

async function* breathing(
  rows: AsyncIterable<RawRow>,
  { signal, onProgress }: RowOptions,
): AsyncGenerator<RawRow, void> {
  const breath = new Breath();
  let count = 0;
  signal?.throwIfAborted();
  for await (const row of rows) {
    yield row;
    count++;
    if (!breath.due()) continue;
    onProgress?.(count);
    await breath.take(signal);
  }
  onProgress?.(count);
}
