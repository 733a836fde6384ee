import { loadAssets, type Assets } from "./assets.ts";
import { frameDocument, FRAME_SCRIPT } from "./frame.ts";
import { limitMemory, PAGE_BYTES } from "./limits.ts";

/** A started worker, seen from the page. */
export interface WorkerLink {
  port: MessagePort;
  /** Ends the worker at once. Its port stays silent from then on. */
  stop(): void;
}

interface Crash {
  type: "crashed";
  id: number;
  message: string;
}

/**
 * The sandbox's frame: an opaque origin with a policy of its own, in which all Python workers live. The page keeps the
 * only port to it, and sends the bytes in: the frame itself can fetch nothing.
 */
export class FrameHost {
  private readonly iframe: HTMLIFrameElement;
  private readonly port: MessagePort;
  private readonly wasm: Uint8Array;
  private readonly imagePages: number;
  private readonly compiled = new Set<number>();
  private readonly crashes = new Map<number, (message: string) => void>();
  private nextId = 1;

  private constructor(iframe: HTMLIFrameElement, port: MessagePort, assets: Assets) {
    this.iframe = iframe;
    this.port = port;
    this.wasm = assets.wasm;
    this.imagePages = Math.ceil(assets.snapshot.byteLength / PAGE_BYTES);
    port.onmessage = ({ data }: MessageEvent<Crash>) => this.crashes.get(data.id)?.(data.message);
    const { script, stdlib, site, snapshot } = assets;
    port.postMessage({ type: "assets", script, assets: { stdlib, site, snapshot } }, [stdlib, site, snapshot]);
  }

  /** Loads the Python files and puts a frame into the document. UserError when the files cannot be had. */
  static async open(): Promise<FrameHost> {
    const [assets, hash] = await Promise.all([loadAssets(), hashOfScript()]);
    const iframe = document.createElement("iframe");
    iframe.setAttribute("sandbox", "allow-scripts");
    iframe.setAttribute("aria-hidden", "true");
    iframe.tabIndex = -1;
    iframe.title = "Python sandbox";
    iframe.style.display = "none";
    iframe.srcdoc = frameDocument(hash);
    const loaded = new Promise((done) => iframe.addEventListener("load", done, { once: true }));
    document.body.append(iframe);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    iframe.contentWindow?.postMessage("connect", "*", [port2]);
    return new FrameHost(iframe, port1, assets);
  }

  /** Starts a worker whose Python may allocate `memoryMb` MiB above the image; `crashed` is called if it breaks down. */
  start(memoryMb: number, crashed: (message: string) => void): WorkerLink {
    const id = this.nextId++;
    const pages = this.imagePages + Math.ceil((memoryMb * 2 ** 20) / PAGE_BYTES);
    if (!this.compiled.has(pages)) {
      const wasm = limitMemory(this.wasm, this.imagePages, pages);
      this.port.postMessage({ type: "compile", memory: pages, wasm }, [wasm.buffer]);
      this.compiled.add(pages);
    }
    const { port1, port2 } = new MessageChannel();
    this.crashes.set(id, crashed);
    this.port.postMessage({ type: "start", id, memory: pages, port: port2 }, [port2]);
    const stop = () => {
      this.crashes.delete(id);
      port1.close();
      this.port.postMessage({ type: "stop", id });
    };
    return { port: port1, stop };
  }

  /** Takes the frame out of the document, which ends every worker in it, whatever state it is in. */
  close(): void {
    this.port.close();
    this.iframe.remove();
    for (const crashed of [...this.crashes.values()]) crashed("the sandbox was closed");
    this.crashes.clear();
  }
}

async function hashOfScript(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(FRAME_SCRIPT));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
