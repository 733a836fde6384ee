import { messageOf, UserError } from "../protocol/index.ts";

/** What a sandbox is started from: files under runtime/python/, written by scripts/assets/sandbox-*.js. */
export interface Assets {
  /** The worker's text. */
  script: string;
  wasm: Uint8Array<ArrayBuffer>;
  stdlib: ArrayBuffer;
  site: ArrayBuffer;
  /** A WebAssembly module that fills a memory with the started interpreter; may be packed with gzip. */
  image: Blob;
  /** What Pyodide knows of the image beside its memory. */
  head: ArrayBuffer;
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
    bytesOf(worker),
    bytesOf(names.wasm),
    bytesOf(names.stdlib),
    bytesOf(names.site),
    file(names.image),
    bytesOf(names.head),
  ]);
  const text = new TextDecoder().decode(script);
  return { script: text, wasm: new Uint8Array(wasm), stdlib, site, image, head, pages: names.pages };
}

/** Which file has which role. The other names carry hashes and may be cached for good; this one may not. */
async function manifest<Role extends string>(name: string): Promise<Record<Role, string> & { pages: number }> {
  const text = await (await file(name, { cache: "no-cache" })).text();
  return JSON.parse(text) as Record<Role, string> & { pages: number };
}

async function bytesOf(name: string): Promise<ArrayBuffer> {
  const stored = await file(name);
  if (!(await isGzip(stored))) return stored.arrayBuffer();
  return new Response(stored.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Some hosts serve a .gz file with a Content-Encoding, and then the browser has unpacked it: the bytes tell. */
async function isGzip(stored: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await stored.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
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
