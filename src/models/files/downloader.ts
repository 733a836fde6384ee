import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { UserError, type Dtype, type LoadProgress, type ModelFile, type ModelSpec } from "../../protocol/index.ts";
import { complete } from "./blobs.ts";
import { openModelCache } from "./cache.ts";
import { fetchManifest } from "./fetch.ts";
import { keptDtypes, keptManifest, removeKept, type KeptDtype } from "./kept.ts";
import { filesOf } from "./manifest.ts";
import { PieceWriter } from "./pieces.ts";
import { manifestKey, type FileSource } from "./source.ts";

/** What is known of a model's files before they are fetched. */
export interface Look {
  /** The hub's commit; null: the files are of no hub. */
  revision: string | null;
  /** As the hub says it; untrusted. */
  license: string | null;
  dtypes: KeptDtype[];
}

/** A file that a person gives. */
export interface LocalFile {
  path: string;
  blob: Blob;
}

/**
 * A model's files without the model: looked at, fetched to be used offline, checked, removed. One call at a time; ending
 * its worker pauses it, as every piece that came is kept.
 */
export class Downloader {
  constructor(
    private readonly pageUrl: string,
    private readonly fetcher: typeof fetch = fetch.bind(globalThis),
    private readonly open = openModelCache,
    private readonly pieceBytes?: number,
  ) {}

  /** What is kept, without asking anybody; null: nothing is known yet. */
  async kept(spec: ModelSpec): Promise<Look | null> {
    const source = await this.source(spec);
    const manifest = source.cache && (await keptManifest(source.cache, spec));
    return manifest && look(source, manifest);
  }

  /** What there is to fetch; asks the hub once, and pins the revision that it names. */
  async look(spec: ModelSpec): Promise<Look> {
    const source = await this.source(spec);
    return look(source, await fetchManifest(source));
  }

  /** Fetches what is missing of a dtype. `anew`: what is there is held against its hashes again first. */
  async download(
    spec: ModelSpec,
    dtype: Dtype,
    onProgress: (progress: LoadProgress) => void,
    anew = false,
  ): Promise<Look> {
    const source = await this.source(spec);
    const manifest = await fetchManifest(source);
    const files = filesOf(spec, manifest, dtype);
    if (files.length === 0)
      throw new UserError(`${spec.title} is not offered as ${dtype} there: choose another dtype.`);
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const file of files) {
      const tell = (stage: LoadProgress["stage"], loaded: number) =>
        onProgress({ stage, file: file.path, loadedBytes: done + loaded, totalBytes });
      await complete(source, file, tell, anew);
      done += file.bytes;
      tell("verify", 0);
    }
    return look(source, manifest);
  }

  async remove(spec: ModelSpec): Promise<void> {
    await removeKept(await this.source(spec));
  }

  /** Keeps files that a person gave as those of a model. UserError: there is no room. */
  async keep(spec: ModelSpec, dtypes: Dtype[], files: LocalFile[]): Promise<void> {
    const source = await this.source(spec);
    if (!source.cache) throw new UserError("This browser lets the page keep no files: allow site data.");
    const described: ModelFile[] = [];
    for (const { path, blob } of files) {
      const file = { path, bytes: blob.size, sha256: await hashOf(blob) };
      const writer = new PieceWriter(source, file, 0);
      for await (const chunk of chunks(blob)) await writer.write(chunk);
      if (writer.refused)
        throw new UserError(`There is no room in this browser's storage for ${path}: free some first.`);
      await complete(source, file, () => {}, true);
      described.push(file);
    }
    const manifest = JSON.stringify({ id: spec.id, files: described, dtypes });
    await source.cache.put(manifestKey(spec), new TextEncoder().encode(manifest));
  }

  private async source(spec: ModelSpec): Promise<FileSource> {
    const baseUrl = new URL(spec.baseUrl, this.pageUrl).href;
    return {
      spec,
      baseUrl,
      fetch: this.fetcher,
      cache: await this.open(spec, baseUrl),
      onProgress: () => {},
      onWarning: () => {},
      ...(this.pieceBytes !== undefined && { pieceBytes: this.pieceBytes }),
    };
  }
}

async function look(source: FileSource, manifest: Awaited<ReturnType<typeof fetchManifest>>): Promise<Look> {
  const { revision = null, license = null } = manifest;
  return { revision, license, dtypes: await keptDtypes(source, manifest) };
}

async function hashOf(blob: Blob): Promise<string> {
  const hash = sha256.create();
  for await (const chunk of chunks(blob)) hash.update(chunk);
  return bytesToHex(hash.digest());
}

async function* chunks(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = blob.stream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
