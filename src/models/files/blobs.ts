import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { UserError, type LoadProgress, type ModelFile } from "../../protocol/index.ts";
import { corrupted } from "./fetch.ts";
import { dropFile, keptPieces, PieceWriter } from "./pieces.ts";
import { pieceBytes, pieceKeys, verifiedKey, type FileSource } from "./source.ts";
import { streamFrom } from "./stream.ts";

/**
 * All files as blobs, by path: their bytes stay on the disk, so a file may be larger than a buffer. They are fetched where
 * they are not kept, from where it was broken off, and held against their sha256 once. UserError in one sentence: out of
 * reach, corrupted, or there is no room to keep them.
 */
export async function fetchBlobs(source: FileSource, files: readonly ModelFile[]): Promise<Map<string, Blob>> {
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const out = new Map<string, Blob>();
  let done = 0;
  for (const file of files) {
    const tell: Tell = (stage, loaded) =>
      source.onProgress({ stage, file: file.path, loadedBytes: done + loaded, totalBytes });
    await complete(source, file, tell);
    out.set(file.path, await blobOf(source, file));
    done += file.bytes;
    tell("verify", 0);
  }
  return out;
}

type Tell = (stage: LoadProgress["stage"], loaded: number) => void;

/** Whether all of a file is kept and was held against its sha256. `keys`: of the cache. */
export async function isComplete(source: FileSource, file: ModelFile, keys: ReadonlySet<string>): Promise<boolean> {
  const pieces = pieceKeys(source, file);
  // A small file is kept only when it has been verified.
  const verified = pieces.length === 1 || keys.has(verifiedKey(file));
  return verified && (await keptPieces(source, file, keys)) === pieces.length;
}

/** Keeps a file whole and verified. `anew`: its bytes are held against its sha256 even if they were before. */
export async function complete(source: FileSource, file: ModelFile, tell: Tell, anew = false): Promise<void> {
  const { cache } = source;
  if (!cache) throw new UserError(NOWHERE);
  const keys = new Set(await cache.keys());
  if (!anew && (await isComplete(source, file, keys))) return;
  const kept = await keptPieces(source, file, keys);
  for (const from of kept > 0 ? [kept, 0] : [0]) {
    const actual = await attempt(source, file, from, tell);
    if (actual === file.sha256) {
      if (pieceKeys(source, file).length > 1) await cache.put(verifiedKey(file), new Uint8Array());
      return;
    }
    await dropFile(source, file);
    // What was kept of it may be what is wrong: then once more from the start.
    if (from === 0) throw corrupted(source, file, actual);
  }
}

/** Reads the first `pieces` that are kept and fetches the rest. Returns the sha256 of all that. */
async function attempt(source: FileSource, file: ModelFile, pieces: number, tell: Tell): Promise<string> {
  const hash = sha256.create();
  let length = 0;
  for (const key of pieceKeys(source, file).slice(0, pieces)) {
    const piece = await source.cache!.get(key);
    if (piece?.length !== Math.min(pieceBytes(source), file.bytes - length)) break;
    hash.update(piece);
    length += piece.length;
    tell("verify", length);
  }
  const writer = new PieceWriter(source, file, length / pieceBytes(source));
  if (length < file.bytes) {
    for await (const chunk of streamFrom(source, file, length)) {
      hash.update(chunk);
      length += chunk.length;
      await writer.write(chunk);
      if (writer.refused) throw new UserError(full(source, file));
      tell("download", Math.min(length, file.bytes));
    }
  }
  return bytesToHex(hash.digest());
}

async function blobOf(source: FileSource, file: ModelFile): Promise<Blob> {
  const pieces = await Promise.all(pieceKeys(source, file).map((key) => source.cache!.blob(key)));
  const blob = new Blob(pieces.filter((piece) => piece !== null));
  if (blob.size === file.bytes) return blob;
  // Someone emptied the storage meanwhile, or it was damaged.
  await dropFile(source, file);
  throw new UserError(`A part of ${file.path} is gone from this browser's storage: load ${source.spec.title} again.`);
}

const NOWHERE = "This browser lets the page keep no files: leave private browsing, allow site data, or use https.";

function full({ spec }: FileSource, file: ModelFile): string {
  return `There is no room in this browser's storage for ${file.path} of ${spec.title}: remove another model on the Models page or free disk space; what has come is kept.`;
}
