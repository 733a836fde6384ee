import Dexie, { type EntityTable, type Table, type Transaction } from "dexie";
import type { Adapter, Run, Sample, SampleResult, UserModel, UserTool } from "../protocol/index.ts";
import { piecesOf } from "./pieces.ts";

/** A run as lists show it: everything but its results. `done` counts those that are stored. */
export type RunSummary = Omit<Run, "results" | "slices"> & { done: number };

/** A run's row; its results lie in a table of their own, so that a large run is saved piece by piece. */
export type RunRow = Omit<Run, "results"> & { done: number };

export interface ResultRow {
  runId: string;
  index: number;
  result: SampleResult;
}

/** How many samples of its parent a version changed, added and deleted. */
export interface EditCounts {
  changed: number;
  added: number;
  deleted: number;
}

/** A dataset as lists show it: everything but its samples. */
export interface DatasetSummary {
  name: string;
  version: string;
  /** Its identity: of the bytes that it was read from, or of its samples as JSON Lines. */
  sha256: string;
  /** Number of samples. */
  n: number;
  /** ISO time at which it came into this browser. */
  created: string;
  /** The sha256 of the version that it was edited or derived from. */
  parent: string | null;
  /** Where it came from: a file's name, a generator and its seed, a preset of the import, ... */
  source: string;
  /** Its card, as Markdown. Untrusted text. */
  card: string;
  edits?: EditCounts;
}

/** A dataset with all its samples. */
export type StoredDataset = DatasetSummary & { samples: Sample[] };

/** `owner` is under which name its samples lie: they are written before their hash is known. */
export type DatasetRow = DatasetSummary & { owner: string };

/** Consecutive samples of a dataset: piece i begins at sample i * PIECE. */
export interface PieceRow {
  owner: string;
  index: number;
  samples: Sample[];
}

/** An adapter as lists show it: everything but its files. `config` is untrusted. */
export type AdapterSummary = Omit<Adapter, "weights"> & {
  /** ISO time at which it came into this browser. */
  created: string;
  /** Of both files. */
  bytes: number;
};

/** An adapter's files; they lie apart, so that a list does not read them. */
export interface AdapterFilesRow {
  sha256: string;
  configFile: Uint8Array<ArrayBuffer>;
  weights: Uint8Array<ArrayBuffer>;
}

/** A model that a person added, and since when (ISO time) it is here. */
export type UserModelRow = UserModel & { created: string };

/** What was deleted and can be put back. Its samples, results or files stay where they lie. */
export type TrashRow =
  | { kind: "run"; key: string; deleted: string; row: RunRow }
  | { kind: "dataset"; key: string; deleted: string; row: DatasetRow }
  | { kind: "adapter"; key: string; deleted: string; row: AdapterSummary }
  | { kind: "model"; key: string; deleted: string; row: UserModelRow };

/** One edit of a dataset that is not saved as a version yet. `index` counts in the samples as the edits before left them. */
export type DraftEdit =
  | { kind: "change"; index: number; before: Sample; after: Sample }
  | { kind: "insert"; index: number; after: Sample }
  | { kind: "delete"; index: number; before: Sample };

export interface DraftRow {
  sha256: string;
  edits: DraftEdit[];
}

export interface SettingRow {
  key: string;
  value: unknown;
}

/** A row of a database file that is being read: nothing of the file is seen before all of it has been checked. */
export interface StagedRow {
  lease: string;
  seq: number;
  /** Rows of one group are taken together or not at all: a run and its results, an adapter and its files. */
  group: number;
  table: "runs" | "results" | "datasets" | "settings" | "userTools" | "drafts" | "adapters" | "adapterFiles" | "models";
  row: unknown;
}

const NEWEST = 5;

/**
 * The tables of this program. A later version adds `this.version(n)` with its change and raises NEWEST; earlier ones are
 * never edited.
 */
export class Database extends Dexie {
  declare runs: EntityTable<RunRow, "id">;
  declare results: Table<ResultRow, [runId: string, index: number]>;
  declare datasets: EntityTable<DatasetRow, "sha256">;
  declare pieces: Table<PieceRow, [owner: string, index: number]>;
  declare drafts: EntityTable<DraftRow, "sha256">;
  declare trash: Table<TrashRow, [kind: TrashRow["kind"], key: string]>;
  declare staged: Table<StagedRow, [lease: string, seq: number]>;
  declare adapters: EntityTable<AdapterSummary, "sha256">;
  declare adapterFiles: EntityTable<AdapterFilesRow, "sha256">;
  declare settings: EntityTable<SettingRow, "key">;
  declare userTools: EntityTable<UserTool, "name">;
  declare models: EntityTable<UserModelRow, "id">;

  /** `tidy` runs when the database has been opened, before anything else gets at it. */
  constructor(name: string, tidy: (db: Database) => Promise<void>) {
    super(name);
    // Dexie opens what a newer version wrote, and would write old rows into it. It counts ten of the browser's versions
    // as one of its own.
    this.on("ready", (db) => {
      const version = this.backendDB().version / 10;
      if (Math.floor(version) > NEWEST) throw new Dexie.VersionError(`The database has version ${version}.`);
      return tidy(db as Database);
    });
    this.version(1).stores({
      runs: "id, created",
      results: "[runId+index], runId",
      datasets: "sha256, name",
      settings: "key",
    });
    this.version(2).stores({ userTools: "name" });
    this.version(3)
      .stores({
        datasets: "sha256, name, created, owner",
        pieces: "[owner+index], owner",
        drafts: "sha256",
        trash: "[kind+key], deleted, row.owner",
        staged: "[lease+seq], lease",
      })
      .upgrade(cutIntoPieces);
    this.version(4).stores({ adapters: "sha256, created", adapterFiles: "sha256" });
    this.version(5).stores({ models: "id, created" });
  }
}

/** Up to version 2 a dataset's row held all its samples, and datasets came from files only. */
async function cutIntoPieces(change: Transaction): Promise<void> {
  const datasets = change.table<{ name: string; version: string; sha256: string; samples: Sample[] } | DatasetRow>(
    "datasets",
  );
  // One at a time: all of them together may be larger than memory.
  for (const key of await datasets.toCollection().primaryKeys()) {
    const old = await datasets.get(key);
    if (!old || !("samples" in old)) continue;
    const { name, version, sha256, samples } = old;
    const owner = crypto.randomUUID();
    await change.table("pieces").bulkAdd(piecesOf(samples, owner));
    const [n, created] = [samples.length, new Date().toISOString()];
    await datasets.put({ name, version, sha256, n, created, parent: null, source: name, card: "", owner });
  }
}
