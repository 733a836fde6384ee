import { loadAssets, type Assets } from "./assets.ts";
import { FrameHost, type Crashed, type WorkerLink } from "./frame-host.ts";
import { limitMemory, PAGE_BYTES } from "./limits.ts";

/** A frame that has what Python workers are started from. */
export class PythonHost {
  private readonly compiled = new Set<number>();
  private readonly frame: FrameHost;
  private readonly wasmStart: Uint8Array;
  private readonly imagePages: number;

  private constructor(frame: FrameHost, { script, wasm, wasmStart, image, pages, stdlib, site, head }: Assets) {
    this.frame = frame;
    this.wasmStart = wasmStart;
    this.imagePages = pages;
    // Blobs: bytes would be copied by the page's thread, in the middle of a run.
    frame.send({ type: "assets", script, wasm, image, parts: { stdlib, site, head } });
  }

  /** Loads the Python files and puts a frame into the document. UserError when the files cannot be had. */
  static async open(): Promise<PythonHost> {
    const assets = await loadAssets();
    return new PythonHost(await FrameHost.open("Python sandbox"), assets);
  }

  /** See `FrameHost`. */
  get alive(): boolean {
    return this.frame.alive;
  }

  /** Starts a worker whose Python may allocate `memoryMb` MiB above the image; `crashed` is called if it breaks down. */
  start(memoryMb: number, crashed: Crashed): WorkerLink {
    const memory = this.imagePages + Math.ceil((memoryMb * 2 ** 20) / PAGE_BYTES);
    if (!this.compiled.has(memory)) {
      this.frame.send({ type: "compile", memory, patch: limitMemory(this.wasmStart, this.imagePages, memory) });
      this.compiled.add(memory);
    }
    return this.frame.start({ memory }, crashed);
  }

  /** See `FrameHost`. */
  get worn(): boolean {
    return this.frame.worn;
  }

  /** See `FrameHost`. */
  retire(): void {
    this.frame.retire();
  }

  /** Takes the frame away. */
  close(): void {
    this.frame.close();
  }
}
