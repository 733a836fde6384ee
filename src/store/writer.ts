// WebCrypto hashes only what is there as a whole; this small, audited library takes it piece by piece.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { UserError, type Sample } from "../protocol/index.ts";
import { adopt, type DatasetMeta } from "./datasets.ts";
import { guarded } from "./failures.ts";
import { takeLease, type Lease } from "./lease.ts";
import { PIECE } from "./pieces.ts";
import type { Database } from "./schema.ts";
import { withRoom } from "./trash.ts";

/** Takes a dataset of any size piece by piece. Nothing of it is seen before `finish`; one call at a time. */
export interface DatasetWriter {
  /** Adds samples, which the caller has checked. When it rejects, the dataset can only be given up. */
  append(samples: readonly Sample[]): Promise<void>;
  /** Makes it a dataset; `sha256` is that of its samples as JSON Lines. UserError: there are no samples. */
  finish(): Promise<{ sha256: string; n: number }>;
  /** Gives it up and leaves nothing behind. Does nothing after `finish`. */
  abort(): Promise<void>;
}

export function openDatasetWriter(db: Database, meta: DatasetMeta): DatasetWriter {
  const hash = sha256.create();
  const encoder = new TextEncoder();
  let lease: Lease | null = null;
  let waiting: Sample[] = [];
  let pieces = 0;
  let state: "open" | "broken" | "ended" = "open";

  async function flush(): Promise<string> {
    lease ??= await takeLease();
    const row = { owner: lease.id, index: pieces, samples: waiting };
    if (waiting.length > 0) await withRoom(db, () => db.pieces.add(row));
    if (waiting.length === PIECE) pieces++;
    return lease.id;
  }

  async function attempt<T>(step: () => Promise<T>): Promise<T> {
    if (state !== "open") throw new Error("This dataset takes no more samples: it is finished or was given up.");
    state = "broken";
    const outcome = await guarded(step);
    state = "open";
    return outcome;
  }

  return {
    append: (samples) =>
      attempt(async () => {
        for (const sample of samples) {
          hash.update(encoder.encode(`${JSON.stringify(sample)}\n`));
          waiting.push(sample);
          if (waiting.length < PIECE) continue;
          await flush();
          waiting = [];
        }
      }),
    finish: async () => {
      const finished = await attempt(async () => {
        const n = pieces * PIECE + waiting.length;
        if (n === 0) throw new UserError(`${meta.name}: there are no samples in it.`);
        const owner = await flush();
        const own = { ...meta, sha256: bytesToHex(hash.digest()), n };
        await withRoom(db, () => db.transaction("rw", db.datasets, db.pieces, db.trash, () => adopt(db, own, owner)));
        return { sha256: own.sha256, n };
      });
      state = "ended";
      lease?.release();
      return finished;
    },
    abort: async () => {
      if (state === "ended") return;
      state = "ended";
      const owner = lease?.id;
      try {
        if (owner !== undefined) await guarded(() => db.pieces.where("owner").equals(owner).delete());
      } finally {
        lease?.release();
      }
    },
  };
}
