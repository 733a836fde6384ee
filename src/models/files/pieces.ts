import type { ModelFile } from "../../protocol/index.ts";
import { pieceBytes, pieceKeys, verifiedKey, type Bytes, type FileSource, type Owner } from "./source.ts";

/** How many of a file's pieces are kept, counted from its start. */
export async function keptPieces(
  source: FileSource<Owner>,
  file: ModelFile,
  keys?: ReadonlySet<string>,
): Promise<number> {
  const there = keys ?? new Set((await source.cache?.keys()) ?? []);
  const wanted = pieceKeys(source, file);
  const missing = wanted.findIndex((key) => !there.has(key));
  return missing < 0 ? wanted.length : missing;
}

/** Deletes what is kept of a file. */
export async function dropFile(source: FileSource<Owner>, file: ModelFile): Promise<void> {
  for (const key of [...pieceKeys(source, file), verifiedKey(file)]) await source.cache?.delete(key);
}

/** Puts a file's bytes into the cache piece by piece as they come. */
export class PieceWriter {
  private buffer: Bytes | null = null;
  private filled = 0;

  /** `piece`: the first one that is written. */
  constructor(
    private readonly source: FileSource<Owner>,
    private readonly file: ModelFile,
    private piece: number,
  ) {}

  /** Why nothing more is kept, in one sentence; null while everything is. */
  refused: string | null = null;

  async write(chunk: Bytes): Promise<void> {
    const size = pieceBytes(this.source);
    for (let at = 0; at < chunk.length;) {
      const left = this.file.bytes - this.piece * size;
      // More bytes than announced: the hash will tell.
      if (left <= 0) return;
      this.buffer ??= new Uint8Array(Math.min(size, left));
      const part = chunk.subarray(at, at + this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.buffer.length) await this.put();
    }
  }

  private async put(): Promise<void> {
    const key = pieceKeys(this.source, this.file)[this.piece];
    if (key && !this.refused) this.refused = (await this.source.cache?.put(key, this.buffer!)) ?? null;
    this.piece++;
    this.buffer = null;
    this.filled = 0;
  }
}
