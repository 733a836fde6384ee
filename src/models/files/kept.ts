import type { Dtype, ModelSpec } from "../../protocol/index.ts";
import { isComplete } from "./blobs.ts";
import type { FileCache } from "./cache.ts";
import { filesOf, parseManifest, type Manifest } from "./manifest.ts";
import { dropFile, keptPieces } from "./pieces.ts";
import { manifestKey, pieceBytes, type FileSource } from "./source.ts";

/** What of a dtype is in this browser. Bytes. */
export interface KeptDtype {
  dtype: Dtype;
  total: number;
  kept: number;
  /** All of it is here and was held against its hashes: it works offline. */
  complete: boolean;
}

/** A model's manifest as it is kept; null: it was never looked at, or what is kept cannot be read. */
export async function keptManifest(cache: FileCache, spec: ModelSpec): Promise<Manifest | null> {
  const found = await cache.get(manifestKey(spec));
  if (!found) return null;
  try {
    return parseManifest(spec, new TextDecoder().decode(found));
  } catch {
    return null;
  }
}

/** What is kept of each of a manifest's dtypes. */
export async function keptDtypes(source: FileSource, manifest: Manifest): Promise<KeptDtype[]> {
  const keys = new Set((await source.cache?.keys()) ?? []);
  const known = manifest.dtypes.filter((dtype) => filesOf(source.spec, manifest, dtype).length > 0);
  return Promise.all(
    known.map(async (dtype) => {
      const files = filesOf(source.spec, manifest, dtype);
      const parts = await Promise.all(
        files.map(async (file) => ({
          kept: Math.min(file.bytes, (await keptPieces(source, file, keys)) * pieceBytes(source)),
          complete: await isComplete(source, file, keys),
        })),
      );
      return {
        dtype,
        total: files.reduce((sum, { bytes }) => sum + bytes, 0),
        kept: parts.reduce((sum, { kept }) => sum + kept, 0),
        complete: parts.every(({ complete }) => complete),
      };
    }),
  );
}

/** Deletes what is kept of a model. Files that another model's manifest names, too, stay: their bytes are the same. */
export async function removeKept(source: FileSource): Promise<void> {
  const { cache, spec } = source;
  const manifest = cache && (await keptManifest(cache, spec));
  if (!manifest) return;
  const own = manifestKey(spec);
  const others = (await cache.keys()).filter((key) => key.startsWith("manifest/") && key !== own);
  const needed = new Set<string>();
  for (const key of others) {
    const text = new TextDecoder().decode((await cache.get(key)) ?? new Uint8Array());
    for (const [hash] of text.matchAll(/[0-9a-f]{64}/g)) needed.add(hash);
  }
  for (const file of manifest.files) if (!needed.has(file.sha256)) await dropFile(source, file);
  // Last: whoever is cut off here can begin again.
  await cache.delete(own);
}
