import Dexie, { type EntityTable, type Table } from "dexie";
import type { Run, Sample, SampleResult, UserTool } from "../protocol/index.ts";

/** A run as lists show it: everything but its results. `done` counts those that are stored. */
export type RunSummary = Omit<Run, "results" | "slices"> & { done: number };

/** A run's row; its results lie in a table of their own, so that a large run is saved piece by piece. */
export type RunRow = Omit<Run, "results"> & { done: number };

export interface ResultRow {
  runId: string;
  index: number;
  result: SampleResult;
}

/** A dataset that a person opened in this browser. */
export interface StoredDataset {
  name: string;
  version: string;
  sha256: string;
  samples: Sample[];
}

export interface SettingRow {
  key: string;
  value: unknown;
}

const NEWEST = 2;

/**
 * The tables of this program. A later version adds `this.version(n)` with its change and raises NEWEST; earlier ones are
 * never edited.
 */
export class Database extends Dexie {
  declare runs: EntityTable<RunRow, "id">;
  declare results: Table<ResultRow, [runId: string, index: number]>;
  declare datasets: EntityTable<StoredDataset, "sha256">;
  declare settings: EntityTable<SettingRow, "key">;
  declare userTools: EntityTable<UserTool, "name">;

  constructor(name: string) {
    super(name);
    // Dexie opens what a newer version wrote, and would write old rows into it. It counts ten of the browser's versions
    // as one of its own.
    this.on("ready", () => {
      const version = this.backendDB().version / 10;
      if (Math.floor(version) > NEWEST) throw new Dexie.VersionError(`The database has version ${version}.`);
    });
    this.version(1).stores({
      runs: "id, created",
      results: "[runId+index], runId",
      datasets: "sha256, name",
      settings: "key",
    });
    this.version(2).stores({ userTools: "name" });
  }
}
