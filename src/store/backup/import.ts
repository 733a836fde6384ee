import { Value } from "typebox/value";
import { UserError, type SampleResult } from "../../protocol/index.ts";
import { takeLease, type Lease } from "../lease.ts";
import type {
  AdapterFilesRow,
  AdapterSummary,
  Database,
  DatasetRow,
  RunRow,
  StagedRow,
  UserModelRow,
} from "../schema.ts";
import { FORMAT, Header, unpack, VERSION } from "./file.ts";
import { Intake, type Refused } from "./intake.ts";
import { KEYS } from "./rows.ts";

export interface ImportOptions {
  /** merge: what is here stays as it is. replace: only what is in the file stays; the trash is not touched. */
  mode: "merge" | "replace";
  /** Bytes of the file that have been read. */
  onProgress?: (progress: { read: number; total: number }) => void;
}

/** How many rows of each table. */
export type RowCounts = Record<
  "runs" | "datasets" | "settings" | "userTools" | "drafts" | "adapters" | "models",
  number
>;

export interface ImportReport {
  added: RowCounts;
  /** Were here already, and stayed as they are. */
  kept: RowCounts;
  refused: Refused[];
}

/**
 * Takes a file of exportAll. Every row is checked and laid aside first; what is good is then taken in one transaction, so
 * that a damaged file, a full disk or a closed tab changes nothing. UserError: no such file, a part of it is missing, or
 * `replace` and a row is wrong.
 */
export async function importAll(db: Database, blob: Blob, options: ImportOptions): Promise<ImportReport> {
  const lease = await takeLease();
  try {
    const intake = new Intake(db, lease);
    await read(blob, intake, options);
    const [first] = intake.refused;
    if (options.mode === "replace" && first) {
      throw new UserError(
        `Nothing was replaced, as ${intake.refused.length} rows of this file cannot be read (${first.table} ${first.key.slice(0, 80)}: ${first.reason}): merge it to take the rest.`,
      );
    }
    return { ...(await take(db, lease, intake, options.mode)), refused: intake.refused };
  } finally {
    await clear(db, lease).finally(() => lease.release());
  }
}

async function read(blob: Blob, intake: Intake, { onProgress }: ImportOptions): Promise<void> {
  let number = 0;
  let header: Header | null = null;
  for await (const text of unpack(blob, (read) => onProgress?.({ read, total: blob.size }))) {
    number++;
    if (header === null) header = headerOf(text);
    else await intake.line(text, number);
  }
  await intake.close();
  for (const [table, count] of Object.entries(header?.counts ?? headerOf("").counts)) {
    const found = intake.counts[table as keyof Header["counts"]];
    if (found !== count) {
      throw new UserError(
        `This file is not whole (${found} of ${count} ${table}), so nothing was imported: export it again.`,
      );
    }
  }
}

function headerOf(text: string): Header {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below: it is no header.
  }
  if (Value.Check(Header, value)) return value;
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format === FORMAT && typeof version === "number" && version > VERSION) {
    throw new UserError(
      `This database has format ${version}, but this version reads format ${VERSION}: update AgentCoder.`,
    );
  }
  throw new UserError("This file is no database of AgentCoder: choose one that was exported here.");
}

const zero = (): RowCounts => ({ runs: 0, datasets: 0, settings: 0, userTools: 0, drafts: 0, adapters: 0, models: 0 });

function take(
  db: Database,
  lease: Lease,
  { bad, staged }: Intake,
  mode: ImportOptions["mode"],
): Promise<Omit<ImportReport, "refused">> {
  return db.transaction("rw", db.tables, async () => {
    const [added, kept] = [zero(), zero()];
    const skipped = new Set(bad);
    if (mode === "replace") await empty(db);
    for (let seq = 0; seq < staged; seq++) {
      const found = await db.staged.get([lease.id, seq]);
      if (!found || skipped.has(found.group)) continue;
      if (found.table === "results") await putResults(db, found.row as ResultsRow);
      else if (found.table === "adapterFiles") await db.adapterFiles.put(found.row as AdapterFilesRow);
      else if (await isHere(db, found.table, found.row)) {
        skipped.add(found.group);
        kept[found.table]++;
      } else {
        await put(db, found);
        added[found.table]++;
      }
    }
    return { added, kept };
  });
}

interface ResultsRow {
  runId: string;
  from: number;
  results: SampleResult[];
}

async function putResults(db: Database, { runId, from, results }: ResultsRow): Promise<void> {
  await db.results.bulkAdd(results.map((result, i) => ({ runId, index: from + i, result })));
}

async function isHere(db: Database, table: keyof RowCounts, row: unknown): Promise<boolean> {
  return (await db.table(table).get((row as Record<string, string>)[KEYS[table]]!)) !== undefined;
}

/** The same thing in the trash gives way. */
async function put(db: Database, { table, row }: StagedRow): Promise<void> {
  if (table === "runs") {
    const { id } = row as RunRow;
    await db.results.where("runId").equals(id).delete();
    await db.trash.delete(["run", id]);
  } else if (table === "datasets") {
    const { sha256 } = row as DatasetRow;
    const old = await db.trash.get(["dataset", sha256]);
    if (old?.kind === "dataset") await db.pieces.where("owner").equals(old.row.owner).delete();
    await db.trash.delete(["dataset", sha256]);
  } else if (table === "adapters") await db.trash.delete(["adapter", (row as AdapterSummary).sha256]);
  else if (table === "models") await db.trash.delete(["model", (row as UserModelRow).id]);
  await db.table(table).put(row);
}

async function empty(db: Database): Promise<void> {
  for (const id of await db.runs.toCollection().primaryKeys()) await db.results.where("runId").equals(id).delete();
  for (const owner of await db.datasets.orderBy("owner").keys()) await db.pieces.where("owner").equals(owner).delete();
  await db.adapterFiles.bulkDelete(await db.adapters.toCollection().primaryKeys());
  for (const table of [db.runs, db.datasets, db.settings, db.userTools, db.adapters, db.models]) await table.clear();
  const trashed = (await db.trash.toArray()).filter(({ kind }) => kind === "dataset").map(({ key }) => key);
  await db.drafts.where("sha256").noneOf(trashed).delete();
}

/** Deletes what was laid aside and what of it was not taken. */
async function clear(db: Database, { id }: Lease): Promise<void> {
  await db.transaction("rw", db.staged, db.pieces, db.datasets, async () => {
    await db.staged.where("lease").equals(id).delete();
    const owners = (await db.pieces.where("owner").startsWith(`${id}/`).uniqueKeys()) as string[];
    for (const owner of owners) {
      if ((await db.datasets.where("owner").equals(owner).count()) > 0) continue;
      await db.pieces.where("owner").equals(owner).delete();
    }
  });
}
