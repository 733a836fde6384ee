/**
 * The whole of the frame: it compiles WebAssembly, and starts and stops workers when the page says so through one port.
 * A worker is Python's, or has a text of its own. A constant text, because the page's policy admits it by its hash; Node
 * reads this file too.
 */
export const FRAME_SCRIPT = `"use strict";
let host, script, image, parts;
const modules = new Map();
const workers = new Map();

function addressOf(text) {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

async function start({ id, text, memory, port }) {
  try {
    const own = text === undefined ? null : addressOf(text);
    const assets = own ? null : { ...parts, module: await modules.get(memory), image: await image };
    const worker = new Worker(own ?? script);
    workers.set(id, { worker, own });
    worker.onerror = ({ message, lineno }) => host.postMessage({ type: "crashed", id, message: String(message), line: lineno });
    worker.postMessage({ port, assets }, [port]);
  } catch (error) {
    host.postMessage({ type: "crashed", id, message: String(error) });
  }
}

function compile(wasm) {
  const module = WebAssembly.compile(wasm);
  // Whoever awaits it reports the failure.
  module.catch(() => {});
  return module;
}

function obey({ data }) {
  if (data.type === "assets") {
    script = addressOf(data.script);
    parts = data.parts;
    image = compile(data.image);
  } else if (data.type === "compile") {
    modules.set(data.memory, compile(data.wasm));
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
