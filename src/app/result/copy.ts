import type { Dataset } from "../../data/index.ts";
import { store } from "../state/library.ts";

/** The rows of a dataset that is not here, from a copy that has other bytes and so another hash; null: there is none. */
export async function findCopy(sha256: string): Promise<Dataset | null> {
  const db = await store();
  // A version that was edited has the same parent and other rows.
  const found = (await db.listDatasets()).find(({ parent, edits }) => parent === sha256 && !edits);
  return (found && (await db.getDataset(found.sha256))) ?? null;
}
