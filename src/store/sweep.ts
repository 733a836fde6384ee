import { heldLeases, leaseOf } from "./lease.ts";
import type { Database } from "./schema.ts";
import { expireTrash } from "./trash.ts";

/** What is done when the database is opened: what a closed tab left unfinished goes, and so does old trash. */
export async function sweep(db: Database): Promise<void> {
  await sweepPieces(db);
  await sweepStaged(db);
  await expireTrash(db);
}

async function sweepPieces(db: Database): Promise<void> {
  const loose = await looseOwners(db);
  if (loose.length === 0) return;
  // In this order: a lease is taken before its first piece is written, so that no piece of a living writer is loose here.
  const held = await heldLeases();
  await db.transaction("rw", db.datasets, db.pieces, db.trash, async () => {
    const still = await looseOwners(db);
    for (const owner of loose.filter((one) => !held.has(leaseOf(one)) && still.includes(one))) {
      await db.pieces.where("owner").equals(owner).delete();
    }
  });
}

async function sweepStaged(db: Database): Promise<void> {
  const leases = (await db.staged.orderBy("lease").uniqueKeys()) as string[];
  if (leases.length === 0) return;
  const held = await heldLeases();
  await db.staged
    .where("lease")
    .anyOf(leases.filter((lease) => !held.has(lease)))
    .delete();
}

/** Under which names samples lie that belong to no dataset, deleted ones included. */
async function looseOwners(db: Database): Promise<string[]> {
  const owners = (await db.pieces.orderBy("owner").uniqueKeys()) as string[];
  const used = new Set([
    ...(await db.datasets.orderBy("owner").keys()),
    ...(await db.trash.orderBy("row.owner").keys()),
  ]);
  return owners.filter((owner) => !used.has(owner));
}
