import type { UserModel } from "../protocol/index.ts";
import type { Database, UserModelRow } from "./schema.ts";

/** Keeps a model that a person added; one of the same id is replaced. Its files are no part of the database. */
export function saveModel(db: Database, model: UserModel): Promise<void> {
  return db.transaction("rw", db.models, db.trash, async () => {
    await db.models.put({ ...model, created: new Date().toISOString() });
    await db.trash.delete(["model", model.id]);
  });
}

/** All models that were added, in the order in which they were. */
export function listModels(db: Database): Promise<UserModelRow[]> {
  return db.models.orderBy("created").toArray();
}
