import Dexie from "dexie";
import type { Run } from "../protocol/index.ts";
import type { Database, ResultRow, RunSummary } from "./schema.ts";

/**
 * One transaction: the row and its results change together or not at all. Results are append-only under a run's id, so
 * only new ones are written; a run that shrank or was replaced is written anew.
 */
export function saveRun(db: Database, run: Run): Promise<void> {
  return db.transaction("rw", db.runs, db.results, db.trash, async () => {
    const stored = await db.results.where("runId").equals(run.id).count();
    const kept = (await continues(db, run, stored)) ? stored : 0;
    if (kept < stored) await db.results.where("runId").equals(run.id).delete();
    const rows: ResultRow[] = run.results.slice(kept).map((result, i) => ({ runId: run.id, index: kept + i, result }));
    if (rows.length > 0) await db.results.bulkAdd(rows);
    const { results, ...row } = run;
    await db.runs.put({ ...row, done: results.length });
    await db.trash.delete(["run", run.id]);
  });
}

/** Another file's run under an id that is known may differ anywhere: nothing of the old one is kept. */
export function replaceRun(db: Database, run: Run): Promise<void> {
  return db.transaction("rw", db.runs, db.results, db.trash, async () => {
    await db.results.where("runId").equals(run.id).delete();
    await db.runs.delete(run.id);
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

export async function listRuns(db: Database): Promise<RunSummary[]> {
  const rows = await db.runs.orderBy("created").reverse().toArray();
  return rows.map(({ slices: _slices, ...summary }) => summary);
}

export function getRun(db: Database, id: string): Promise<Run | undefined> {
  return db.transaction("r", db.runs, db.results, async () => {
    const row = await db.runs.get(id);
    if (!row) return undefined;
    const results = await db.results.where("[runId+index]").between([id, Dexie.minKey], [id, Dexie.maxKey]).toArray();
    const { done: _done, ...run } = row;
    return { ...run, results: results.map(({ result }) => result) };
  });
}
