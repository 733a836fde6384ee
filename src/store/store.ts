import Dexie from "dexie";
import { UserError, type Run, type UserTool } from "../protocol/index.ts";
import { guarded } from "./failures.ts";
import { parseRun } from "./run-file.ts";
import { Database, type ResultRow, type RunSummary, type StoredDataset } from "./schema.ts";

/** What this browser keeps. Each method rejects with a UserError where a person can mend the cause, e.g. a full disk. */
export interface Store {
  /** Saves a whole run, or as much as there is of it; results that are stored already are not written again. */
  saveRun(run: Run): Promise<void>;
  /** All runs without their results, the newest first. */
  listRuns(): Promise<RunSummary[]>;
  getRun(id: string): Promise<Run | undefined>;
  deleteRun(id: string): Promise<void>;
  /** A run as the text of a file. */
  exportRun(id: string): Promise<string>;
  /** Takes a run from a file's text. A run that is here already is replaced. UserError: not a run, a field is wrong. */
  importRun(text: string): Promise<Run>;
  saveDataset(dataset: StoredDataset): Promise<void>;
  getDataset(sha256: string): Promise<StoredDataset | undefined>;
  listDatasets(): Promise<{ name: string; version: string; sha256: string; n: number }[]>;
  deleteDataset(sha256: string): Promise<void>;
  /** The tools that the person wrote, by name. */
  listUserTools(): Promise<UserTool[]>;
  /** Keeps a tool; one of the same name is replaced, and so is the one that had the name `before`. */
  saveUserTool(tool: UserTool, before?: string): Promise<void>;
  deleteUserTool(name: string): Promise<void>;
  getSetting<T>(key: string): Promise<T | undefined>;
  setSetting(key: string, value: unknown): Promise<void>;
  close(): void;
}

/** Opens the database of this page's origin, or another one by name. */
export function openStore(name = "agentcoder"): Store {
  const db = new Database(name);
  return {
    saveRun: (run) => guarded(() => saveRun(db, run)),
    listRuns: () => guarded(() => listRuns(db)),
    getRun: (id) => guarded(() => getRun(db, id)),
    deleteRun: (id) => guarded(() => deleteRun(db, id)),
    exportRun: async (id) => {
      const run = await guarded(() => getRun(db, id));
      if (!run) throw new UserError(`There is no run "${id}" in this browser: it may have been deleted.`);
      return `${JSON.stringify(run)}\n`;
    },
    importRun: async (text) => {
      const run = parseRun(text);
      await guarded(() => replaceRun(db, run));
      return run;
    },
    saveDataset: (dataset) => guarded(async () => void (await db.datasets.put(dataset))),
    getDataset: (sha256) => guarded(() => db.datasets.get(sha256)),
    listDatasets: () =>
      guarded(async () =>
        (await db.datasets.toArray()).map(({ samples, ...rest }) => ({ ...rest, n: samples.length })),
      ),
    deleteDataset: (sha256) => guarded(() => db.datasets.delete(sha256)),
    listUserTools: () => guarded(() => db.userTools.orderBy("name").toArray()),
    saveUserTool: (tool, before = tool.name) =>
      guarded(() =>
        db.transaction("rw", db.userTools, async () => {
          await db.userTools.delete(before);
          await db.userTools.put(tool);
        }),
      ),
    deleteUserTool: (name) => guarded(() => db.userTools.delete(name)),
    getSetting: <T>(key: string) => guarded(async () => (await db.settings.get(key))?.value as T | undefined),
    setSetting: (key, value) => guarded(async () => void (await db.settings.put({ key, value }))),
    close: () => db.close(),
  };
}

/**
 * One transaction: the row and its results change together or not at all. Results are append-only under a run's id, so
 * only new ones are written; a run that shrank or was replaced is written anew.
 */
function saveRun(db: Database, run: Run): Promise<void> {
  return db.transaction("rw", db.runs, db.results, async () => {
    const stored = await db.results.where("runId").equals(run.id).count();
    const kept = (await continues(db, run, stored)) ? stored : 0;
    if (kept < stored) await db.results.where("runId").equals(run.id).delete();
    const rows: ResultRow[] = run.results.slice(kept).map((result, i) => ({ runId: run.id, index: kept + i, result }));
    if (rows.length > 0) await db.results.bulkAdd(rows);
    const { results, ...row } = run;
    await db.runs.put({ ...row, done: results.length });
  });
}

/** Another file's run under an id that is known may differ anywhere: nothing of the old one is kept. */
function replaceRun(db: Database, run: Run): Promise<void> {
  return db.transaction("rw", db.runs, db.results, async () => {
    await deleteRun(db, run.id);
    await saveRun(db, run);
  });
}

/** Whether what is stored is the beginning of this run; the last stored result stands for those before it. */
async function continues(db: Database, run: Run, stored: number): Promise<boolean> {
  if (stored === 0) return true;
  const row = await db.runs.get(run.id);
  if (!row || row.created !== run.created || stored > run.results.length) return false;
  const last = await db.results.get([run.id, stored - 1]);
  const now = run.results[stored - 1];
  return last !== undefined && JSON.stringify(last.result) === JSON.stringify(now);
}

async function listRuns(db: Database): Promise<RunSummary[]> {
  const rows = await db.runs.orderBy("created").reverse().toArray();
  return rows.map(({ slices: _slices, ...summary }) => summary);
}

function getRun(db: Database, id: string): Promise<Run | undefined> {
  return db.transaction("r", db.runs, db.results, async () => {
    const row = await db.runs.get(id);
    if (!row) return undefined;
    const results = await db.results.where("[runId+index]").between([id, Dexie.minKey], [id, Dexie.maxKey]).toArray();
    const { done: _done, ...run } = row;
    return { ...run, results: results.map(({ result }) => result) };
  });
}

function deleteRun(db: Database, id: string): Promise<void> {
  return db.transaction("rw", db.runs, db.results, async () => {
    await db.results.where("runId").equals(id).delete();
    await db.runs.delete(id);
  });
}
