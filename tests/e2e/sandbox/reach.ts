/** What the tries wait with: resolves when something opened, rejects when it failed or nothing came of it. */
export const OPENED = `const opened = (o) => new Promise((done, failed) => {
      o.onopen = o.onmessage = done;
      o.onerror = failed;
      setTimeout(failed, 3000);
    });`;

/** JavaScript expressions that each try to get out of a worker: to the network, storage, the page, or code from text. */
export function triesToReach(target: string): Record<string, string> {
  const socket = target.replace("http", "ws");
  return {
    fetch: `await fetch("${target}")`,
    XMLHttpRequest: `(() => { const x = new XMLHttpRequest(); x.open("GET", "${target}", false); x.send(); return x.status; })()`,
    WebSocket: `await opened(new WebSocket("${socket}"))`,
    EventSource: `await opened(new EventSource("${target}"))`,
    WebTransport: `await new WebTransport("https://127.0.0.1:1/stolen").ready`,
    importScripts: `importScripts("${target}")`,
    import: `await import("${target}")`,
    "import of data": `await import("data:text/javascript,export default 1")`,
    "worker by address": `await opened(new Worker("${target}"))`,
    "worker of data": `await opened(new Worker("data:text/javascript,postMessage(1)"))`,
    SharedWorker: `await opened(new SharedWorker("${target}"))`,
    indexedDB: `await new Promise((done, failed) => { const o = indexedDB.open("x"); o.onsuccess = done; o.onerror = failed; })`,
    caches: `await caches.open("x")`,
    localStorage: `localStorage.getItem("secret")`,
    "origin private files": `await navigator.storage.getDirectory()`,
    document: `document.cookie`,
    parent: `parent.location`,
    eval: `eval("1")`,
    Function: `new Function("return 1")()`,
    "constructor of a function": `(() => {}).constructor("return 1")()`,
    "timer of text": `await new Promise((done, failed) => { globalThis.escaped = done; setTimeout("escaped()"); setTimeout(failed, 300); })`,
    "font by style": `await new FontFace("x", "url(${target})").load()`,
    "image of the network": `await createImageBitmap(await (await fetch("${target}")).blob())`,
    Notification: `await new Promise((done, failed) => { const n = new Notification("x"); n.onshow = done; n.onerror = failed; })`,
    gpu: `(await navigator.gpu.requestAdapter()).info`,
  };
}

/** Statements that make each try and write into `told` what came of it: `OPEN …` or `refused`. */
export function toldOf(tries: Record<string, string>): string {
  const lines = Object.entries(tries).map(([name, tried]) => {
    const told = `told[${JSON.stringify(name)}]`;
    return `try { const got = ${tried}; ${told} = "OPEN " + got; } catch { ${told} = "refused"; }`;
  });
  return ["const told = {};", ...lines].join("\n");
}
