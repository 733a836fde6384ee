/**
 * The whole of the frame: it compiles WebAssembly, and starts and stops workers when the page says so through one port.
 * A worker is Python's, or has a text of its own. A constant text, because the page's policy admits it by its hash; Node
 * reads this file too.
 */
export const FRAME_SCRIPT = `"use strict";
let host, script, wasm, image, parts;
const modules = new Map();
const workers = new Map();

function addressOf(text) {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

async function start({ id, text, memory, port }) {
  // It may be stopped before it has begun.
  workers.set(id, {});
  try {
    const own = text === undefined ? null : addressOf(text);
    const assets = own ? null : { ...(await parts), module: await modules.get(memory), image: await image };
    if (!workers.has(id)) return;
    const worker = new Worker(own ?? script);
    workers.set(id, { worker, own });
    worker.onerror = ({ message, lineno }) => host.postMessage({ type: "crashed", id, message: String(message), line: lineno });
    worker.postMessage({ port, assets }, [port]);
  } catch (error) {
    host.postMessage({ type: "crashed", id, message: String(error) });
  }
}

// The text of a worker: it unpacks and compiles, which would keep the frame's thread for long, and in some browsers that
// is the page's. Some hosts serve a .gz file with a Content-Encoding, and it comes unpacked: the bytes tell.
async function compileHere({ data: { stored, patch } }) {
  try {
    const [first, second] = new Uint8Array(await stored.slice(0, 2).arrayBuffer());
    const packed = first === 0x1f && second === 0x8b;
    const stream = packed ? stored.stream().pipeThrough(new DecompressionStream("gzip")) : stored.stream();
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    if (patch) bytes.set(patch.bytes, patch.at);
    postMessage({ module: await WebAssembly.compile(bytes) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
}

function compile(stored, patch) {
  const address = addressOf("onmessage = " + compileHere);
  const worker = new Worker(address);
  const module = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.module ? resolve(data.module) : reject(data.error));
    worker.onerror = ({ message }) => reject(message);
    worker.postMessage({ stored, patch });
  });
  // Whoever awaits it reports the failure.
  module.catch(() => {}).then(() => {
    worker.terminate();
    URL.revokeObjectURL(address);
  });
  return module;
}

async function read(blobs) {
  const all = Object.entries(blobs).map(async ([name, blob]) => [name, await blob.arrayBuffer()]);
  return Object.fromEntries(await Promise.all(all));
}

function obey({ data }) {
  if (data.type === "assets") {
    script = addressOf(data.script);
    parts = read(data.parts);
    parts.catch(() => {});
    image = compile(data.image);
    wasm = data.wasm;
  } else if (data.type === "compile") {
    modules.set(data.memory, compile(wasm, data.patch));
  } else if (data.type === "start") {
    start(data);
  } else if (data.type === "stop") {
    const { worker, own } = workers.get(data.id) ?? {};
    worker?.terminate();
    if (own) URL.revokeObjectURL(own);
    workers.delete(data.id);
    host.postMessage({ type: "stopped", id: data.id });
  }
}

addEventListener("message", (event) => {
  if (host || event.source !== parent) return;
  host = event.ports[0];
  host.onmessage = obey;
});
`;

/** The frame's own policy: its one script, WebAssembly, and workers from blob: addresses. Nothing else, no connection. */
export function framePolicy(scriptHash: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}' 'wasm-unsafe-eval'`,
    "worker-src blob:",
    "connect-src 'none'",
  ].join("; ");
}

/** The frame's document, for `srcdoc`. `scriptHash`: base64 of FRAME_SCRIPT's sha256. */
export function frameDocument(scriptHash: string): string {
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${framePolicy(scriptHash)}"><script>${FRAME_SCRIPT}</script>`;
}
