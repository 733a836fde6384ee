import { UserError, type Sample } from "../protocol/index.ts";
import { allSamples, piecesOf, samplesAt } from "./pieces.ts";
import type { Database, DatasetRow, DatasetSummary, StoredDataset } from "./schema.ts";

/** What is known of a dataset before it is stored; what is left out stays as it was stored, or gets a default. */
export type DatasetMeta = Pick<DatasetSummary, "name" | "version"> &
  Partial<Pick<DatasetSummary, "created" | "parent" | "source" | "card" | "edits">>;

/** A dataset to store. */
export type NewDataset = DatasetMeta & { sha256: string; samples: Sample[] };

export function saveDataset(db: Database, { sha256, samples, ...meta }: NewDataset): Promise<void> {
  const owner = crypto.randomUUID();
  return db.transaction("rw", db.datasets, db.pieces, db.trash, async () => {
    // One piece at a time: each is copied on the page's thread.
    for (const piece of piecesOf(samples, owner)) await db.pieces.add(piece);
    await adopt(db, { ...meta, sha256, n: samples.length }, owner);
  });
}

/** Inside a transaction: makes an owner's pieces the samples of a dataset, in place of those it had. */
export async function adopt(
  db: Database,
  { sha256, n, ...meta }: DatasetMeta & { sha256: string; n: number },
  owner: string,
): Promise<void> {
  const before = await db.datasets.get(sha256);
  const trashed = await db.trash.get(["dataset", sha256]);
  for (const old of [before, trashed?.row as DatasetRow | undefined]) {
    if (old) await db.pieces.where("owner").equals(old.owner).delete();
  }
  await db.trash.delete(["dataset", sha256]);
  // Edits that amount to nothing give the version that they were made on; it is not its own parent.
  const derived = meta.parent !== sha256;
  const edits = derived ? (meta.edits ?? before?.edits) : before?.edits;
  await db.datasets.put({
    name: meta.name,
    version: meta.version,
    sha256,
    n,
    created: meta.created ?? before?.created ?? new Date().toISOString(),
    parent: (derived ? meta.parent : undefined) ?? before?.parent ?? null,
    source: meta.source ?? before?.source ?? meta.name,
    card: meta.card ?? before?.card ?? "",
    ...(edits && { edits }),
    owner,
  });
}

export function getDataset(db: Database, sha256: string): Promise<StoredDataset | undefined> {
  return db.transaction("r", db.datasets, db.pieces, async () => {
    const row = await db.datasets.get(sha256);
    return row && { ...summaryOf(row), samples: await allSamples(db, row.owner) };
  });
}

export async function listDatasets(db: Database): Promise<DatasetSummary[]> {
  return (await db.datasets.orderBy("created").reverse().toArray()).map(summaryOf);
}

export function readSamples(db: Database, sha256: string, from: number, count: number): Promise<Sample[]> {
  return db.transaction("r", db.datasets, db.pieces, async () =>
    samplesAt(db, (await existing(db, sha256)).owner, from, count),
  );
}

/** The row of a dataset. UserError: there is none. */
export async function existing(db: Database, sha256: string): Promise<DatasetRow> {
  const row = await db.datasets.get(sha256);
  if (row) return row;
  throw new UserError(
    `There is no dataset with sha256 ${sha256.slice(0, 12)}… in this browser: it may have been deleted.`,
  );
}

function summaryOf({ owner: _owner, ...summary }: DatasetRow): DatasetSummary {
  return summary;
}
