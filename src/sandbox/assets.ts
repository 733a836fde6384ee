import { messageOf, UserError } from "../protocol/index.ts";

/** What a sandbox is started from: files under runtime/python/, written by scripts/assets/sandbox-*.js. */
export interface Assets {
  /** The worker's text. */
  script: string;
  /** May be packed with gzip, as the image. */
  wasm: Blob;
  /** The first bytes of `wasm`, unpacked. */
  wasmStart: Uint8Array;
  stdlib: Blob;
  site: Blob;
  /** A WebAssembly module that fills a memory with the started interpreter. */
  image: Blob;
  /** What Pyodide knows of the image beside its memory. */
  head: Blob;
  /** The image's size in WebAssembly pages. */
  pages: number;
}

const FOLDER = "runtime/python/";

/** The files as they came, some 22 MB that a browser may keep on disk: later frames start without asking anybody. */
const kept = new Map<string, Promise<Blob>>();

/** Fetches the Python files, relative to the document. UserError when one cannot be had. */
export async function loadAssets(): Promise<Assets> {
  const [names, { worker }] = await Promise.all([
    manifest<"wasm" | "stdlib" | "site" | "image" | "head">("image.json"),
    manifest<"worker">("worker.json"),
  ]);
  const [script, wasm, stdlib, site, image, head] = await Promise.all([
    file(worker),
    file(names.wasm),
    file(names.stdlib),
    file(names.site),
    file(names.image),
    file(names.head),
  ]);
  const text = await new Response(await unpacked(script)).text();
  return { script: text, wasm, wasmStart: await firstBytes(wasm), stdlib, site, image, head, pages: names.pages };
}

/** Which file has which role. The other names carry hashes and may be cached for good; this one may not. */
async function manifest<Role extends string>(name: string): Promise<Record<Role, string> & { pages: number }> {
  const text = await (await file(name, { cache: "no-cache" })).text();
  return JSON.parse(text) as Record<Role, string> & { pages: number };
}

/** What a file holds. Some hosts serve a .gz file with a Content-Encoding, and it comes unpacked: the bytes tell. */
async function unpacked(stored: Blob): Promise<ReadableStream<Uint8Array>> {
  const [first, second] = new Uint8Array(await stored.slice(0, 2).arrayBuffer());
  const packed = first === 0x1f && second === 0x8b;
  return packed ? stored.stream().pipeThrough(new DecompressionStream("gzip")) : stored.stream();
}

/** Bytes within which a binary has come to its memory: Pyodide's has after 37 KB, right behind its types and imports. */
const START = 2 ** 17;

async function firstBytes(stored: Blob): Promise<Uint8Array> {
  // Of the packed ones no more than that takes, for whatever comes in one piece is unpacked in one.
  const reader = (await unpacked(stored.slice(0, 2 * START))).getReader();
  const start = new Uint8Array(START);
  let length = 0;
  while (length < START) {
    const { value, done } = await reader.read();
    if (done) break;
    const piece = value.subarray(0, START - length);
    start.set(piece, length);
    length += piece.length;
  }
  await reader.cancel();
  return start.subarray(0, length);
}

function file(name: string, options?: RequestInit): Promise<Blob> {
  const known = kept.get(name);
  if (known) return known;
  const asked = get(name, options).then((response) => response.blob());
  kept.set(name, asked);
  // It may be had the next time.
  asked.catch(() => kept.delete(name));
  return asked;
}

async function get(name: string, options: RequestInit = {}): Promise<Response> {
  const url = new URL(FOLDER + name, document.baseURI);
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw unavailable(url, messageOf(error));
  }
  if (!response.ok) throw unavailable(url, `status ${response.status}`);
  return response;
}

function unavailable(url: URL, reason: string): UserError {
  return new UserError(
    `Python could not be loaded from ${url.pathname} (${reason}): check the connection and try again.`,
  );
}
