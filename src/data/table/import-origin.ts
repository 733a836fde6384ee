import { UserError } from "../../protocol/index.ts";
import { DATASET_VIEWER, hubRows } from "../formats/hub.ts";
import { openRows, type Rows } from "../formats/rows.ts";

/** A dataset of the hub, as a person names it. */
export interface HubOrigin {
  /** `owner/name`, or the address of its page. */
  id: string;
  /** Empty: the first that there is, of both. */
  config: string;
  split: string;
  /** The row to begin at, counted from 0: where an earlier import stopped. */
  from: number;
  /** Most rows. */
  limit: number;
  /** Address of the rows API; empty: the hub's own. */
  base: string;
}

/** Where rows to import come from. */
export type Origin = File | HubOrigin;

/** How far reading has come. */
export interface ImportProgress {
  rows: number;
  /** From 0 to 1; null where the end is not known. */
  share: number | null;
  /** Seconds until a busy server is asked again; 0: it is not waited for. */
  waiting: number;
}

interface Options {
  signal: AbortSignal;
  onProgress(progress: ImportProgress): void;
}

/** Opens an origin; `chosen` is the same with all that was left open filled in, once a row was read. UserError: it cannot be read. */
export async function openOrigin(
  origin: Origin,
  { signal, onProgress }: Options,
): Promise<{ rows: Rows; chosen(): Origin }> {
  if (origin instanceof File) {
    const counted = new CountedFile(origin);
    const told = (rows: number) => onProgress({ rows, share: counted.share, waiting: 0 });
    const rows = await openRows(counted, { name: origin.name, signal, onProgress: told });
    return { rows, chosen: () => origin };
  }
  let chosen = checked(origin);
  const { id, config, split, from, limit } = chosen;
  let rows = 0;
  let share = 0;
  const read = hubRows({
    id,
    ...(config && { config }),
    ...(split && { split }),
    base: chosen.base || DATASET_VIEWER,
    from,
    limit,
    signal,
    onProgress(done, total) {
      [rows, share] = [done, done / Math.min(limit, total - from)];
      onProgress({ rows, share, waiting: 0 });
    },
    wait(ms) {
      onProgress({ rows, share, waiting: Math.ceil(ms / 1000) });
      return pause(ms, signal);
    },
    fetch(input, init) {
      const asked = new URL(String(input)).searchParams;
      chosen = { ...chosen, config: asked.get("config") ?? config, split: asked.get("split") ?? split };
      return fetch(input, init);
    },
  });
  return { rows: read, chosen: () => chosen };
}

/** How an origin is called in sentences. */
export function nameOf(origin: Origin): string {
  return origin instanceof File ? origin.name : idOf(origin.id);
}

/** The name of a dataset that is made of an origin. */
export function titleOf(origin: Origin): string {
  return origin instanceof File ? origin.name.replace(/(\.\w+){1,2}$/, "") : idOf(origin.id).replace(/^.*\//, "");
}

/** Where a dataset came from, for its card. */
export function sourceOf(origin: Origin, answers: File | null): string {
  const joined = answers ? `, answers from ${answers.name}` : "";
  if (origin instanceof File) return `${origin.name}${joined}`;
  const { id, config, split, from, limit, base } = checked(origin);
  const host = base === "" || base === DATASET_VIEWER ? "huggingface.co" : new URL(base).host;
  const rows = `at most ${limit.toLocaleString("en")} rows${from > 0 ? ` from row ${from} on` : ""}`;
  const parts = [id, config && `config ${config}`, split && `split ${split}`, rows];
  return `${host}: ${parts.filter(Boolean).join(", ")}${joined}`;
}

function checked(origin: HubOrigin): HubOrigin {
  const { from, limit } = origin;
  const [id, config, split] = [idOf(origin.id), origin.config.trim(), origin.split.trim()];
  const base = origin.base.trim().replace(/\/+$/, "");
  if (!/^[\w.-]+\/[\w.-]+$/.test(id))
    throw new UserError(`"${id.slice(0, 80)}" is no dataset of the hub: write owner/name, for instance openai/gsm8k.`);
  if (!Number.isInteger(limit) || limit < 1) throw new UserError("Rows: ask for one at least.");
  if (!Number.isInteger(from) || from < 0) throw new UserError("From row: the first row is 0.");
  if (base !== "" && !(/^https?:/i.test(base) && URL.canParse(base)))
    throw new UserError(
      `"${base.slice(0, 80)}" is no address: write one that begins with https://, or leave it empty.`,
    );
  return { id, config, split, from, limit, base };
}

function idOf(text: string): string {
  const [, path] = /^https?:\/\/[^/]+\/datasets\/([^/?#]+\/[^/?#]+)/.exec(text.trim()) ?? [];
  return path ?? text.trim();
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** A file that knows how much of it was read. */
class CountedFile extends Blob {
  private read = 0;

  constructor(file: File) {
    super([file]);
  }

  get share(): number | null {
    return this.size === 0 ? null : Math.min(1, this.read / this.size);
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const count = (bytes: Uint8Array<ArrayBuffer>, out: TransformStreamDefaultController) => {
      this.read += bytes.length;
      out.enqueue(bytes);
    };
    return super.stream().pipeThrough(new TransformStream({ transform: count }));
  }

  // Parquet is read by parts, first its end; the others come in their order.
  override slice(start = 0, end = this.size, type?: string): Blob {
    if (end < this.size) this.read = Math.max(this.read, start);
    return super.slice(start, end, type);
  }
}
