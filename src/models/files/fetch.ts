import { messageOf, sha256, UserError, type LoadProgress, type ModelFile } from "../../protocol/index.ts";
import { hubManifest } from "./hub.ts";
import { missing, parseManifest, type Manifest } from "./manifest.ts";
import { dropFile, keptPieces, PieceWriter } from "./pieces.ts";
import { manifestKey, pieceBytes, pieceKeys, type Bytes, type FileSource, type Owner } from "./source.ts";
import { streamFrom } from "./stream.ts";

/** onnxruntime's WASM and its protobuf end here, and so does one buffer in some browsers. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The model's manifest: from the network, or the kept one when that cannot be reached. That of a hub's model names the
 * revision that was found first; it is kept, and taken from then on.
 */
export async function fetchManifest(source: FileSource): Promise<Manifest> {
  const { spec, cache } = source;
  const key = manifestKey(spec);
  const kept = async () => {
    const found = await cache?.get(key);
    return found ? parseManifest(spec, new TextDecoder().decode(found)) : null;
  };
  if (spec.origin === "hub" || spec.origin === "file") {
    const pinned = await kept();
    if (pinned) return pinned;
    if (spec.origin === "file") throw missing(spec);
    const found = await hubManifest(source);
    await cache?.put(key, new TextEncoder().encode(JSON.stringify(found)));
    return found;
  }
  let response: Response;
  try {
    response = await source.fetch(new URL("manifest.json", source.baseUrl), { cache: "no-cache" });
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw missing(spec, `its server cannot be reached: ${messageOf(error)}`);
  }
  if (!response.ok) throw missing(spec);
  const text = await response.text();
  const manifest = parseManifest(spec, text);
  await cache?.put(key, new TextEncoder().encode(text));
  return manifest;
}

/**
 * All files, verified against their sha256, by path. Kept ones are reused, one that is kept in part is fetched from there
 * on, and a damaged one is fetched again. UserError in one sentence: out of reach, corrupted, or too large for one buffer.
 */
export async function fetchFiles(source: FileSource<Owner>, files: readonly ModelFile[]): Promise<Map<string, Bytes>> {
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const out = new Map<string, Bytes>();
  let done = 0;
  for (const file of files) {
    const tell = (stage: LoadProgress["stage"], loaded: number) =>
      source.onProgress({ stage, file: file.path, loadedBytes: done + loaded, totalBytes });
    out.set(file.path, await loadFile(source, file, tell));
    done += file.bytes;
    tell("verify", 0);
  }
  return out;
}

type Tell = (stage: LoadProgress["stage"], loaded: number) => void;

async function loadFile(source: FileSource<Owner>, file: ModelFile, tell: Tell): Promise<Bytes> {
  const out = allocate(source, file);
  const kept = await keptPieces(source, file);
  let length = await readKept(source, file, kept, out);
  if (kept > 0 && length === file.bytes && (await sha256(out)) === file.sha256) return out;
  if (length === file.bytes) {
    // All of it is there, but not as it was published.
    await dropFile(source, file);
    length = 0;
  }
  const resumed = length > 0;
  const data = await download(source, file, out, length, tell);
  if (!resumed || (await sha256(data)) === file.sha256) return keep(source, file, data);
  // What was kept of it may be what is wrong.
  await dropFile(source, file);
  return keep(source, file, await download(source, file, out, 0, tell));
}

/** The file if it is as published. A small one is kept now; the pieces of a large one are kept already. */
async function keep(source: FileSource<Owner>, file: ModelFile, data: Bytes): Promise<Bytes> {
  const actual = await sha256(data);
  if (actual !== file.sha256) {
    await dropFile(source, file);
    throw corrupted(source, file, actual);
  }
  const isSmall = pieceKeys(source, file).length === 1;
  const warning = isSmall ? await source.cache?.put(file.sha256, data) : null;
  if (warning) source.onWarning(warning);
  return data;
}

/** Copies the first pieces that are kept into `out`; returns how many bytes that were. */
async function readKept(source: FileSource<Owner>, file: ModelFile, pieces: number, out: Bytes): Promise<number> {
  let length = 0;
  for (const key of pieceKeys(source, file).slice(0, pieces)) {
    const piece = await source.cache?.get(key);
    const whole = Math.min(pieceBytes(source), file.bytes - length);
    // A piece of another length is damaged; a small file's hash tells the same.
    if (piece?.length !== whole) break;
    out.set(piece, length);
    length += piece.length;
  }
  return length;
}

async function download(
  source: FileSource<Owner>,
  file: ModelFile,
  out: Bytes,
  from: number,
  tell: Tell,
): Promise<Bytes> {
  const isSmall = pieceKeys(source, file).length === 1;
  const writer = isSmall || !source.cache ? null : new PieceWriter(source, file, from / pieceBytes(source));
  let length = from;
  tell("download", length);
  for await (const chunk of streamFrom(source, file, from)) {
    // More bytes than announced: the hash will tell, nothing is written beyond the end.
    out.set(chunk.subarray(0, Math.max(0, out.length - length)), Math.min(length, out.length));
    length += chunk.length;
    await writer?.write(chunk);
    tell("download", Math.min(length, file.bytes));
  }
  if (writer?.refused) source.onWarning(writer.refused);
  tell("verify", file.bytes);
  return length < file.bytes ? out.slice(0, length) : out;
}

function allocate({ spec }: FileSource<Owner>, file: ModelFile): Bytes {
  const size = `${(file.bytes / 2 ** 30).toFixed(1)} GiB`;
  if (file.bytes > MOST_BYTES) {
    throw new UserError(
      `${spec.title} has ${size} in one file, ${file.path}, and the browser's runtime takes at most 2 GiB: choose another dtype, or another runtime.`,
    );
  }
  try {
    return new Uint8Array(file.bytes);
  } catch {
    throw new UserError(
      `${spec.title} needs ${Math.round(file.bytes / 2 ** 20)} MiB for ${file.path}, more than the browser gives: close other tabs or choose a smaller dtype.`,
    );
  }
}

/** The sentence for a file that is not what its sha256 says. */
export function corrupted({ spec }: FileSource<Owner>, file: ModelFile, actual: string): UserError {
  return new UserError(
    `The file ${file.path} of ${spec.title} is corrupted: its sha256 is ${actual}, ${file.sha256} was expected. Load the model again; if that does not help, ${spec.origin === "server" ? "prepare it again" : "remove it from this browser and download it again"}.`,
  );
}
