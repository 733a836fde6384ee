import { UserError } from "../protocol/index.ts";
import { isFull } from "./failures.ts";
import type { Database, TrashRow } from "./schema.ts";

/** Something in the trash, as a list shows it. `name` is its own, or the id of the run's model. */
export interface Discarded {
  kind: TrashRow["kind"];
  /** The run's or model's id, or the dataset's or adapter's sha256. */
  key: string;
  name: string;
  /** ISO time. */
  deleted: string;
}

const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;

/** Moves a run's row into the trash; its results stay where they lie. */
export function discardRun(db: Database, id: string): Promise<void> {
  return db.transaction("rw", db.runs, db.trash, async () => {
    const row = await db.runs.get(id);
    if (!row) return;
    await db.trash.put({ kind: "run", key: id, deleted: new Date().toISOString(), row });
    await db.runs.delete(id);
  });
}

/** Moves a dataset's row into the trash; its samples stay where they lie. */
export function discardDataset(db: Database, sha256: string): Promise<void> {
  return db.transaction("rw", db.datasets, db.trash, async () => {
    const row = await db.datasets.get(sha256);
    if (!row) return;
    await db.trash.put({ kind: "dataset", key: sha256, deleted: new Date().toISOString(), row });
    await db.datasets.delete(sha256);
  });
}

/** Moves an adapter's row into the trash; its files stay where they lie. */
export function discardAdapter(db: Database, sha256: string): Promise<void> {
  return db.transaction("rw", db.adapters, db.trash, async () => {
    const row = await db.adapters.get(sha256);
    if (!row) return;
    await db.trash.put({ kind: "adapter", key: sha256, deleted: new Date().toISOString(), row });
    await db.adapters.delete(sha256);
  });
}

/** Moves a model that a person added into the trash. */
export function discardModel(db: Database, id: string): Promise<void> {
  return db.transaction("rw", db.models, db.trash, async () => {
    const row = await db.models.get(id);
    if (!row) return;
    await db.trash.put({ kind: "model", key: id, deleted: new Date().toISOString(), row });
    await db.models.delete(id);
  });
}

/** Puts back what was deleted. UserError: it is no longer in the trash. */
export function restore(db: Database, kind: TrashRow["kind"], key: string): Promise<void> {
  return db.transaction("rw", db.runs, db.datasets, db.adapters, db.models, db.trash, async () => {
    const found = await db.trash.get([kind, key]);
    if (!found) throw new UserError(`This ${kind} is no longer in the trash, so it cannot be put back.`);
    if (found.kind === "run") await db.runs.put(found.row);
    else if (found.kind === "dataset") await db.datasets.put(found.row);
    else if (found.kind === "adapter") await db.adapters.put(found.row);
    else await db.models.put(found.row);
    await db.trash.delete([kind, key]);
  });
}

export async function listTrash(db: Database): Promise<Discarded[]> {
  const rows = await db.trash.orderBy("deleted").reverse().toArray();
  return rows.map((found) => ({
    kind: found.kind,
    key: found.key,
    name: nameOf(found),
    deleted: found.deleted,
  }));
}

function nameOf(found: TrashRow): string {
  if (found.kind === "run") return found.row.model.id;
  return found.kind === "model" ? found.row.title : found.row.name;
}

/** Deletes for good what is in the trash; with `before` (ISO time) only what was deleted earlier. */
export async function emptyTrash(db: Database, before?: string): Promise<void> {
  const rows = await (before === undefined ? db.trash : db.trash.where("deleted").below(before)).toArray();
  for (const { kind, key } of rows) await purge(db, kind, key);
}

/** Deletes for good what has been in the trash for 30 days. */
export function expireTrash(db: Database): Promise<void> {
  return emptyTrash(db, new Date(Date.now() - KEPT_FOR).toISOString());
}

function purge(db: Database, kind: TrashRow["kind"], key: string): Promise<void> {
  return db.transaction("rw", db.trash, db.results, db.pieces, db.drafts, db.adapterFiles, async () => {
    // Another tab may have put it back meanwhile.
    const found = await db.trash.get([kind, key]);
    if (!found) return;
    if (found.kind === "run") await db.results.where("runId").equals(key).delete();
    else if (found.kind === "adapter") await db.adapterFiles.delete(key);
    else if (found.kind === "dataset") {
      await db.pieces.where("owner").equals(found.row.owner).delete();
      await db.drafts.delete(key);
    }
    await db.trash.delete([kind, key]);
  });
}

/** Writes; where the storage is full, what the person deleted goes for good and the write is tried once more. */
export async function withRoom<T>(db: Database, write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error) || (await db.trash.count()) === 0) throw error;
    await emptyTrash(db);
    return await write();
  }
}
