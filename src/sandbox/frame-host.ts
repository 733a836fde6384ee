import { frameDocument, FRAME_SCRIPT } from "./frame.ts";

/** A started worker, seen from the page. */
export interface WorkerLink {
  port: MessagePort;
  /** Ends the worker at once. Its port stays silent from then on. */
  stop(): void;
}

/** Told of a worker that breaks down; `line` is that of its script, where the browser knows it. */
export type Crashed = (message: string, line?: number) => void;

type FrameMessage = { type: "crashed"; id: number; message: string; line?: number } | { type: "stopped"; id: number };

/**
 * Chromium keeps about 66 KB for each worker that has ended, for as long as the worker's frame is there (measured over
 * 600 programs, in its browser and network processes), and the frame's own process swings by some 100 MiB over 200 of them: after
 * so many workers the frame makes way for a new one. (With 200, memory rose by a tenth over 2,000 programs.)
 */
const WORKERS_OF_A_FRAME = 50;

/** A frame that has not ended a worker after this time is beyond help. Milliseconds. */
const PATIENCE = 10_000;

/**
 * A sandbox's frame: an opaque origin with a policy of its own, in which all its workers live. The page keeps the only
 * port to it, and sends the bytes in: the frame itself can fetch nothing.
 */
export class FrameHost {
  private closed = false;
  private retired = false;
  private readonly iframe: HTMLIFrameElement;
  private readonly port: MessagePort;
  private readonly crashes = new Map<number, Crashed>();
  private readonly stopping = new Map<number, ReturnType<typeof setTimeout>>();
  private nextId = 1;

  private constructor(iframe: HTMLIFrameElement, port: MessagePort) {
    this.iframe = iframe;
    this.port = port;
    port.addEventListener("message", ({ data }: MessageEvent<FrameMessage>) => this.hear(data));
    // Fired when the frame's process has died (in browsers that have this event).
    port.addEventListener("close", () => this.close("the sandbox's process has died"));
    port.start();
  }

  /** Puts a frame into the document. */
  static async open(title: string): Promise<FrameHost> {
    const hash = await hashOfScript();
    const iframe = document.createElement("iframe");
    iframe.setAttribute("sandbox", "allow-scripts");
    iframe.setAttribute("aria-hidden", "true");
    iframe.tabIndex = -1;
    iframe.title = title;
    // One invisible pixel inside the window: browsers run what is hidden or off screen at a lower priority.
    iframe.style.cssText =
      "position:fixed;inset:auto 0 0 auto;width:1px;height:1px;border:0;opacity:0;pointer-events:none";
    iframe.srcdoc = frameDocument(hash);
    const loaded = new Promise((done) => iframe.addEventListener("load", done, { once: true }));
    document.body.append(iframe);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    iframe.contentWindow?.postMessage("connect", "*", [port2]);
    return new FrameHost(iframe, port1);
  }

  /** False once the frame is gone or no longer answers: what was started in it has crashed, and a new one is needed. */
  get alive(): boolean {
    return !this.closed && this.iframe.isConnected;
  }

  /** True when so many workers were started in the frame that the next ones belong into a new one: see `retire`. */
  get worn(): boolean {
    return this.nextId > WORKERS_OF_A_FRAME;
  }

  /** Tells the frame something. */
  send(message: object, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }

  /** Starts a worker: Python's with this memory (WebAssembly pages), or one that is this text. */
  start(what: { memory: number } | { text: string }, crashed: Crashed): WorkerLink {
    const id = this.nextId++;
    const { port1, port2 } = new MessageChannel();
    this.crashes.set(id, crashed);
    if (this.closed) queueMicrotask(() => crashed("the sandbox was closed"));
    this.send({ type: "start", id, ...what, port: port2 }, [port2]);
    return { port: port1, stop: () => this.stop(id, port1) };
  }

  /** Takes the frame away as soon as nothing runs in it. */
  retire(): void {
    this.retired = true;
    if (this.crashes.size === 0) this.close();
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
    if (this.retired && this.crashes.size === 0) return this.close();
    this.send({ type: "stop", id });
    this.stopping.set(
      id,
      setTimeout(() => this.close("the sandbox no longer answers"), PATIENCE),
    );
  }

  private hear(message: FrameMessage): void {
    if (message.type === "crashed") {
      this.crashes.get(message.id)?.(message.message, message.line);
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
