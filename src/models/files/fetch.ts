import {
  messageOf,
  sha256,
  UserError,
  type LoadProgress,
  type ModelFile,
  type ModelSpec,
} from "../../protocol/index.ts";
import type { FileCache } from "./cache.ts";
import { missing, parseManifest, type Manifest } from "./manifest.ts";

/** Where a model's files come from, and where they are kept. */
export interface FileSource {
  spec: ModelSpec;
  /** Absolute URL of the model's directory. */
  baseUrl: string;
  fetch: typeof fetch;
  /** null: nothing is kept (bundled models lie beside the page, which keeps them itself). */
  cache: FileCache | null;
  onProgress(progress: LoadProgress): void;
  /** Something that is worth telling but no reason to stop. */
  onWarning(sentence: string): void;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The model's manifest: from the network, or the kept one when that cannot be reached. */
export async function fetchManifest(source: FileSource): Promise<Manifest> {
  const { spec, cache } = source;
  const key = `manifest/${spec.id}`;
  let response: Response;
  try {
    response = await source.fetch(new URL("manifest.json", source.baseUrl), { cache: "no-cache" });
  } catch (error) {
    const kept = await cache?.get(key);
    if (kept) return parseManifest(spec, new TextDecoder().decode(kept));
    throw missing(spec, `its server cannot be reached: ${messageOf(error)}`);
  }
  if (!response.ok) throw missing(spec);
  const text = await response.text();
  const manifest = parseManifest(spec, text);
  await cache?.put(key, new TextEncoder().encode(text));
  return manifest;
}

/** All files, verified against their sha256, by path. Kept ones are reused; a damaged kept one is fetched again. */
export async function fetchFiles(source: FileSource, files: readonly ModelFile[]): Promise<Map<string, Bytes>> {
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const out = new Map<string, Bytes>();
  let done = 0;
  for (const file of files) {
    const tell = (stage: LoadProgress["stage"], loaded: number) =>
      source.onProgress({ stage, file: file.path, loadedBytes: done + loaded, totalBytes });
    const data = (await keptFile(source, file)) ?? (await freshFile(source, file, tell));
    done += file.bytes;
    tell("verify", 0);
    out.set(file.path, data);
  }
  return out;
}

async function keptFile({ cache }: FileSource, file: ModelFile): Promise<Bytes | null> {
  const kept = await cache?.get(file.sha256);
  if (!kept) return null;
  if ((await sha256(kept)) === file.sha256) return kept;
  await cache?.delete(file.sha256);
  return null;
}

async function freshFile(
  source: FileSource,
  file: ModelFile,
  tell: (stage: LoadProgress["stage"], loaded: number) => void,
): Promise<Bytes> {
  const data = await download(source, file, (loaded) => tell("download", loaded));
  tell("verify", file.bytes);
  const actual = await sha256(data);
  if (actual !== file.sha256) {
    throw new UserError(
      `The file ${file.path} of ${source.spec.title} is corrupted: its sha256 is ${actual}, ${file.sha256} was expected. Load the model again; if that does not help, prepare it again.`,
    );
  }
  const warning = await source.cache?.put(file.sha256, data);
  if (warning) source.onWarning(warning);
  return data;
}

async function download(source: FileSource, file: ModelFile, onBytes: (loaded: number) => void): Promise<Bytes> {
  const failed = (why: string) =>
    new UserError(
      `The file ${file.path} of ${source.spec.title} could not be fetched (${why}): check the connection and load the model again; what came whole is kept.`,
    );
  let response: Response;
  try {
    response = await source.fetch(new URL(file.path, source.baseUrl));
  } catch (error) {
    throw failed(messageOf(error));
  }
  if (!response.ok || !response.body) throw failed(`the server answered ${response.status}`);
  const out = allocate(source.spec, file);
  let length = 0;
  try {
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      // More bytes than announced: the hash will tell, nothing is written beyond the end.
      out.set(value.subarray(0, out.length - length), Math.min(length, out.length));
      length += value.length;
      onBytes(Math.min(length, file.bytes));
    }
  } catch (error) {
    throw failed(messageOf(error));
  }
  return length < file.bytes ? out.slice(0, length) : out;
}

function allocate(spec: ModelSpec, file: ModelFile): Bytes {
  try {
    return new Uint8Array(file.bytes);
  } catch {
    throw new UserError(
      `${spec.title} needs ${Math.round(file.bytes / 2 ** 20)} MiB for ${file.path}, more than the browser gives: close other tabs or choose a smaller dtype.`,
    );
  }
}
