import { messageOf, UserError } from "../../protocol/index.ts";
import type { RawRow, Rows } from "./rows.ts";

/** The public rows API of the Hugging Face Hub: its dataset viewer (huggingface.co/docs/dataset-viewer). */
export const DATASET_VIEWER = "https://datasets-server.huggingface.co";

/** Rows that the viewer gives at once, at most. */
const PAGE = 100;
/** Milliseconds before each new try; where the server names a time, that one. */
const PAUSES = [1000, 2000, 4000, 8000, 16_000];
const LONGEST_PAUSE = 60_000;

export interface HubOptions {
  /** `owner/name`. */
  id: string;
  /** The only one, or the first, by default. */
  config?: string;
  split?: string;
  /** Address of the API. */
  base?: string;
  /** The row to begin at, counted from 0: where an earlier import stopped. */
  from?: number;
  /** Most rows. */
  limit?: number;
  signal?: AbortSignal;
  onProgress?(rows: number, total: number): void;
  fetch?: typeof fetch;
  /** Waits; replaced in tests. */
  wait?(ms: number): Promise<void>;
}

interface Page {
  rows: { row_idx: number; row: Record<string, unknown>; truncated_cells: string[] }[];
  num_rows_total: number;
}

/**
 * The rows of a dataset on the hub, page by page. Where the server is busy or fails, it is asked again, up to five times.
 * UserError: there is no such dataset, config or split, or the server does not answer; it names the row to go on from.
 * Rejects with the signal's reason when it is aborted.
 */
export function hubRows(options: HubOptions): Rows {
  return { format: "hub", notices: { bom: false, crlf: 0 }, [Symbol.asyncIterator]: () => read(options) };
}

async function* read(options: HubOptions): AsyncGenerator<RawRow, void> {
  const { id, from = 0, limit = Infinity, onProgress } = options;
  const { config, split } = await chosen(options);
  let offset = from;
  for (let total = Infinity; offset < Math.min(total, from + limit);) {
    const length = Math.min(PAGE, from + limit - offset);
    const query = { dataset: id, config, split, offset: String(offset), length: String(length) };
    const page = await ask<Page>("rows", query, options, `; ${offset - from} rows came, go on from row ${offset}`);
    if (!Array.isArray(page.rows)) throw new UserError(`${id}: the answer from row ${offset} on has no rows.`);
    total = page.num_rows_total;
    if (page.rows.length === 0) return;
    for (const { row_idx, row, truncated_cells } of page.rows) {
      const number = row_idx + 1;
      if (truncated_cells?.length) {
        yield {
          row: number,
          problem: `the server cut ${truncated_cells.join(", ")} short: get this row from the dataset's files`,
        };
      } else yield { row: number, value: row };
    }
    offset += page.rows.length;
    onProgress?.(offset - from, total);
  }
}

async function chosen(options: HubOptions): Promise<{ config: string; split: string }> {
  const { id, config, split } = options;
  const { splits = [] } = await ask<{ splits?: { config: string; split: string }[] }>(
    "splits",
    { dataset: id },
    options,
  );
  const found = splits.find((one) => (config ?? one.config) === one.config && (split ?? one.split) === one.split);
  if (found) return found;
  const known = splits.map((one) => `${one.config}/${one.split}`).join(", ");
  throw new UserError(
    `${id} has no ${[config, split].filter(Boolean).join("/") || "splits"}: it has ${known || "none"}.`,
  );
}

async function ask<T>(path: string, query: Record<string, string>, options: HubOptions, rest = ""): Promise<T> {
  const { id, base = DATASET_VIEWER, signal, wait = pause } = options;
  const address = `${base.replace(/\/$/, "")}/${path}?${new URLSearchParams(query)}`;
  for (let tried = 0; ; tried++) {
    signal?.throwIfAborted();
    let why: string;
    let ms = PAUSES[tried];
    try {
      const response = await (options.fetch ?? fetch)(address, signal ? { signal } : {});
      if (response.ok) return (await response.json()) as T;
      why = `the server answered ${response.status}`;
      if (response.status !== 429 && response.status < 500) {
        const hint = response.status === 404 ? "check the name" : "it may be private or gated, or have no viewer";
        throw new UserError(`${id} cannot be read (${why}): ${hint}${rest}.`);
      }
      const named = Number(response.headers.get("retry-after")) * 1000;
      if (named > 0 && ms !== undefined) ms = Math.min(named, LONGEST_PAUSE);
    } catch (error) {
      if (error instanceof UserError) throw error;
      signal?.throwIfAborted();
      why = messageOf(error);
    }
    if (ms === undefined) throw new UserError(`${id} cannot be read (${why}): try again later${rest}.`);
    await wait(ms);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      signal?.addEventListener("abort", done);
    });
  }
}
