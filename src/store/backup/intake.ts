import type { Static } from "typebox";
import { fromBase64, messageOf, UserError, type Run, type Sample } from "../../protocol/index.ts";
import { ownerOf, type Lease } from "../lease.ts";
import { PIECE } from "../pieces.ts";
import { checkRun, DEEPEST, isDeeper } from "../run-file.ts";
import type { Database, StagedRow } from "../schema.ts";
import { bytesIn } from "./chunks.ts";
import type { Counts } from "./file.ts";
import {
  AdapterBytesLine,
  AdapterLine,
  adapterRows,
  checkResults,
  checkSamples,
  DatasetLine,
  KEYS,
  ResultsLine,
  RunLine,
  SamplesLine,
  shaped,
  SINGLE,
} from "./rows.ts";

/** Something of a file that was not taken, and why. */
export interface Refused {
  table: string;
  /** The row's key, or its line where it has none that can be read. */
  key: string;
  reason: string;
}

/** The run, dataset or adapter whose results, samples or bytes are being read. */
type Open = { group: number; key: string; wanted: number; got: number } & (
  | { table: "runs"; run: Run }
  | { table: "datasets"; owner: string; waiting: Sample[]; pieces: number; ids: Set<string> }
  | { table: "adapters"; line: Static<typeof AdapterLine>; pieces: Uint8Array<ArrayBuffer>[] }
);

/** Checks the lines of a file and lays what is good aside, under a lease. */
export class Intake {
  readonly refused: Refused[] = [];
  /** Groups of staged rows that are not to be taken. */
  readonly bad = new Set<number>();
  readonly counts: Counts = {
    runs: 0,
    results: 0,
    datasets: 0,
    samples: 0,
    settings: 0,
    userTools: 0,
    drafts: 0,
    adapters: 0,
    adapterBytes: 0,
    models: 0,
  };
  staged = 0;
  private groups = 0;
  private open: Open | null = null;
  private readonly seen = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly lease: Lease,
  ) {}

  /** Takes a line after the header. Rejects only where the storage does, or where no line of ours looks like that. */
  async line(text: string, number: number): Promise<void> {
    const { table, row } = lineOf(text, number);
    const head = HEADS[table];
    const part = head !== table;
    const key = keyOf(table, row) ?? `line ${number}`;
    this.counts[table] += part ? lengthOf(row, table) : 1;
    if (!part) await this.close();
    // Parts of what was refused were told with it.
    else if ((!this.open || this.bad.has(this.open.group)) && this.seen.has(`${head}:${key}`)) return;
    try {
      if (!part) this.begin(table, key);
      if (isDeeper(row, DEEPEST)) throw new UserError(`it nests more than ${DEEPEST} levels deep`);
      await this.take(table, row);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!part || this.open?.key === key) this.bad.add(this.groups);
      this.refused.push({ table: head, key, reason: messageOf(error) });
    }
  }

  /** Ends the run, dataset or adapter under way: all of it must have come. */
  async close(): Promise<void> {
    const { open } = this;
    if (!open || this.bad.has(open.group)) return;
    this.open = null;
    if (open.got !== open.wanted) {
      this.refuse(open, `${open.got} of its ${open.wanted} ${PARTS[open.table]} are in the file`);
    } else if (open.table === "datasets" && open.waiting.length > 0) await this.flush(open);
    else if (open.table === "adapters") await this.joinFiles(open);
  }

  private begin(table: Table, key: string): void {
    this.groups++;
    this.open = null;
    const name = `${table}:${key}`;
    if (this.seen.has(name)) throw new UserError("it is in the file twice");
    this.seen.add(name);
  }

  private async take(table: Table, row: unknown): Promise<void> {
    if (table === "samples") return this.samples(shaped(SamplesLine, row));
    if (table === "results") return this.results(shaped(ResultsLine, row));
    if (table === "adapterBytes") return this.adapterBytes(shaped(AdapterBytesLine, row));
    const group = this.groups;
    if (table === "datasets") {
      const dataset = shaped(DatasetLine, row);
      const owner = ownerOf(this.lease, group);
      const own = { group, key: dataset.sha256, wanted: dataset.n, got: 0 };
      this.open = { ...own, table, owner, waiting: [], pieces: 0, ids: new Set() };
      await this.stage(table, { ...dataset, owner });
    } else if (table === "runs") {
      const { id, done } = shaped(RunLine, row);
      const run = checkRun(row);
      this.open = { group, key: id, wanted: done, got: 0, table, run };
      const { results: _results, ...kept } = run;
      await this.stage(table, { ...kept, done });
    } else if (table === "adapters") {
      const line = shaped(AdapterLine, row);
      this.open = { group, key: line.sha256, wanted: line.bytes, got: 0, table, line, pieces: [] };
    } else await this.stage(table, shaped(SINGLE[table], row));
  }

  private async samples({ sha256, from, samples }: { sha256: string; from: number; samples: Sample[] }): Promise<void> {
    const { open } = this;
    if (open?.table !== "datasets" || open.key !== sha256 || open.got !== from) throw outOfPlace("samples", "dataset");
    checkSamples(samples, open.ids);
    open.got += samples.length;
    for (const sample of samples) if (open.waiting.push(sample) === PIECE) await this.flush(open);
  }

  private async results({ runId, from, results }: { runId: string; from: number; results: unknown[] }): Promise<void> {
    const { open } = this;
    if (open?.table !== "runs" || open.key !== runId || open.got !== from) throw outOfPlace("results", "run");
    const good = checkResults(open.run, results);
    open.got += good.length;
    await this.stage("results", { runId, from, results: good });
  }

  private adapterBytes({ sha256, from, adapterBytes }: Static<typeof AdapterBytesLine>): void {
    const { open } = this;
    if (open?.table !== "adapters" || open.key !== sha256 || open.got !== from) throw outOfPlace("bytes", "adapter");
    const piece = fromBase64(adapterBytes);
    if (!piece) throw new UserError("its bytes are no base64");
    open.pieces.push(piece);
    if ((open.got += piece.byteLength) > open.wanted) throw new UserError("it has more bytes than it says");
  }

  private async joinFiles(open: Extract<Open, { table: "adapters" }>): Promise<void> {
    try {
      const bytes = new Uint8Array(await new Blob(open.pieces).arrayBuffer());
      const { row, files } = await adapterRows(open.line, bytes);
      await this.stage("adapters", row);
      await this.stage("adapterFiles", files);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.refuse(open, error.message);
    }
  }

  private refuse({ group, table, key }: Open, reason: string): void {
    this.bad.add(group);
    this.refused.push({ table, key, reason });
  }

  private async flush(open: Extract<Open, { table: "datasets" }>): Promise<void> {
    await this.db.pieces.add({ owner: open.owner, index: open.pieces++, samples: open.waiting });
    open.waiting = [];
  }

  private async stage(table: StagedRow["table"], row: unknown): Promise<void> {
    await this.db.staged.add({ lease: this.lease.id, seq: this.staged++, group: this.groups, table, row });
  }
}

type Table = keyof Counts;
/** The table whose rows a line belongs to. */
const HEADS: Record<Table, StagedRow["table"]> = {
  runs: "runs",
  results: "runs",
  datasets: "datasets",
  samples: "datasets",
  settings: "settings",
  userTools: "userTools",
  drafts: "drafts",
  adapters: "adapters",
  adapterBytes: "adapters",
  models: "models",
};
const PARTS: Record<Open["table"], string> = { runs: "results", datasets: "samples", adapters: "bytes" };

function lineOf(text: string, number: number): { table: Table; row: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`Line ${number} of this file is not JSON, so nothing was imported: export the database again.`);
  }
  const { table, row } = (value ?? {}) as { table?: unknown; row?: unknown };
  if (typeof table === "string" && Object.hasOwn(HEADS, table)) return { table: table as Table, row };
  throw new UserError(`Line ${number} of this file names no table that this version has: nothing was imported.`);
}

/** The sentence for what follows no head of its own. */
function outOfPlace(what: string, head: string): UserError {
  return new UserError(`its ${what} do not follow their ${head} in order`);
}

function keyOf(table: Table, row: unknown): string | null {
  const found = ((row ?? {}) as Record<string, unknown>)[KEYS[table]];
  return typeof found === "string" ? found : null;
}

function lengthOf(row: unknown, field: string): number {
  const list = (row as Record<string, unknown> | null)?.[field];
  if (typeof list === "string") return bytesIn(list);
  return Array.isArray(list) ? list.length : 0;
}
