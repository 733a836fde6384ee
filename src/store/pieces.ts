import Dexie from "dexie";
import type { Sample } from "../protocol/index.ts";
import type { Database, PieceRow } from "./schema.ts";

/** Samples in a piece. Part of the schema: the place of a sample is computed from it. */
export const PIECE = 500;

/** Samples as the rows that hold them. */
export function piecesOf(samples: readonly Sample[], owner: string): PieceRow[] {
  return Array.from({ length: Math.ceil(samples.length / PIECE) }, (_, index) => ({
    owner,
    index,
    samples: samples.slice(index * PIECE, (index + 1) * PIECE),
  }));
}

/** The samples `from` to `from + count` of an owner; fewer where there are no more. */
export async function samplesAt(db: Database, owner: string, from: number, count: number): Promise<Sample[]> {
  if (count <= 0) return [];
  const first = Math.floor(from / PIECE);
  const last = Math.floor((from + count - 1) / PIECE);
  const rows = await db.pieces.where("[owner+index]").between([owner, first], [owner, last], true, true).toArray();
  const at = from - first * PIECE;
  return rows.flatMap(({ samples }) => samples).slice(at, at + count);
}

/** All samples of an owner. */
export async function allSamples(db: Database, owner: string): Promise<Sample[]> {
  const range = db.pieces.where("[owner+index]").between([owner, Dexie.minKey], [owner, Dexie.maxKey]);
  return (await range.toArray()).flatMap(({ samples }) => samples);
}
