import { UserError, type Adapter } from "../protocol/index.ts";
import type { AdapterSummary, Database } from "./schema.ts";

/** An adapter with both its files as they came. */
export type StoredAdapter = Adapter & {
  /** The bytes of adapter_config.json. */
  configFile: Uint8Array<ArrayBuffer>;
};

/** Keeps an adapter; resolves with whether it is new here. One that is here already stays as it is. */
export function saveAdapter(db: Database, { weights, configFile, ...adapter }: StoredAdapter): Promise<boolean> {
  return db.transaction("rw", db.adapters, db.adapterFiles, db.trash, async () => {
    const { sha256, name, baseModel, config } = adapter;
    if (await db.adapters.get(sha256)) return false;
    await db.adapterFiles.put({ sha256, configFile, weights });
    const bytes = configFile.byteLength + weights.byteLength;
    await db.adapters.put({ sha256, name, baseModel, config, created: new Date().toISOString(), bytes });
    await db.trash.delete(["adapter", sha256]);
    return true;
  });
}

/** All adapters without their weights, the newest first. */
export function listAdapters(db: Database): Promise<AdapterSummary[]> {
  return db.adapters.orderBy("created").reverse().toArray();
}

export function getAdapter(db: Database, sha256: string): Promise<StoredAdapter | undefined> {
  return db.transaction("r", db.adapters, db.adapterFiles, async () => {
    const row = await db.adapters.get(sha256);
    const files = row && (await db.adapterFiles.get(sha256));
    if (!row || !files) return undefined;
    const { name, baseModel, config } = row;
    return { sha256, name, baseModel, config, weights: files.weights, configFile: files.configFile };
  });
}

/** UserError: there is no such adapter. */
export async function renameAdapter(db: Database, sha256: string, name: string): Promise<void> {
  if ((await db.adapters.update(sha256, { name })) > 0) return;
  if (await db.adapters.get(sha256)) return;
  throw new UserError(`There is no adapter ${sha256.slice(0, 12)}… in this browser: it may have been deleted.`);
}
