import { loadAssets, type Assets } from "./assets.ts";
import { frameDocument, FRAME_SCRIPT } from "./frame.ts";
import { limitMemory, PAGE_BYTES } from "./limits.ts";

/** A started worker, seen from the page. */
export interface WorkerLink {
  port: MessagePort;
  /** Ends the worker at once. Its port stays silent from then on. */
  stop(): void;
}

type FrameMessage = { type: "crashed"; id: number; message: string } | { type: "stopped"; id: number };

/** A frame that has not ended a worker after this time is beyond help. Milliseconds. */
const PATIENCE = 10_000;

/**
 * The sandbox's frame: an opaque origin with a policy of its own, in which all Python workers live. The page keeps the
 * only port to it, and sends the bytes in: the frame itself can fetch nothing.
 */
export class FrameHost {
  private closed = false;
  private readonly iframe: HTMLIFrameElement;
  private readonly port: MessagePort;
  private readonly wasm: Uint8Array;
  private readonly imagePages: number;
  private readonly compiled = new Set<number>();
  private readonly crashes = new Map<number, (message: string) => void>();
  private readonly stopping = new Map<number, ReturnType<typeof setTimeout>>();
  private nextId = 1;

  private constructor(iframe: HTMLIFrameElement, port: MessagePort, assets: Assets) {
    this.iframe = iframe;
    this.port = port;
    this.wasm = assets.wasm;
    this.imagePages = assets.pages;
    port.addEventListener("message", ({ data }: MessageEvent<FrameMessage>) => this.hear(data));
    // Fired when the frame's process has died (in browsers that have this event).
    port.addEventListener("close", () => this.close("the sandbox's process has died"));
    port.start();
    const { script, image, stdlib, site, head } = assets;
    port.postMessage({ type: "assets", script, image, parts: { stdlib, site, head } }, [image, stdlib, site, head]);
  }

  /** Loads the Python files and puts a frame into the document. UserError when the files cannot be had. */
  static async open(): Promise<FrameHost> {
    const [assets, hash] = await Promise.all([loadAssets(), hashOfScript()]);
    const iframe = document.createElement("iframe");
    iframe.setAttribute("sandbox", "allow-scripts");
    iframe.setAttribute("aria-hidden", "true");
    iframe.tabIndex = -1;
    iframe.title = "Python sandbox";
    // One invisible pixel inside the window: browsers run what is hidden or off screen at a lower priority.
    iframe.style.cssText =
      "position:fixed;inset:auto 0 0 auto;width:1px;height:1px;border:0;opacity:0;pointer-events:none";
    iframe.srcdoc = frameDocument(hash);
    const loaded = new Promise((done) => iframe.addEventListener("load", done, { once: true }));
    document.body.append(iframe);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    iframe.contentWindow?.postMessage("connect", "*", [port2]);
    return new FrameHost(iframe, port1, assets);
  }

  /** False once the frame is gone or no longer answers: what was started in it has crashed, and a new one is needed. */
  get alive(): boolean {
    return !this.closed && this.iframe.isConnected;
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
    if (this.closed) queueMicrotask(() => crashed("the sandbox was closed"));
    this.port.postMessage({ type: "start", id, memory: pages, port: port2 }, [port2]);
    return { port: port1, stop: () => this.stop(id, port1) };
  }

  /** Takes the frame out of the document, which ends every worker in it, whatever state it is in. */
  close(reason = "the sandbox was closed"): void {
    if (this.closed) return;
    this.closed = true;
    this.port.close();
    this.iframe.remove();
    for (const timer of this.stopping.values()) clearTimeout(timer);
    for (const crashed of [...this.crashes.values()]) crashed(reason);
  }

  private stop(id: number, port: MessagePort): void {
    this.crashes.delete(id);
    port.close();
    if (this.closed) return;
    this.port.postMessage({ type: "stop", id });
    this.stopping.set(
      id,
      setTimeout(() => this.close("the sandbox no longer answers"), PATIENCE),
    );
  }

  private hear(message: FrameMessage): void {
    if (message.type === "crashed") {
      this.crashes.get(message.id)?.(message.message);
    } else {
      clearTimeout(this.stopping.get(message.id));
      this.stopping.delete(message.id);
    }
  }
}

async function hashOfScript(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(FRAME_SCRIPT));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
