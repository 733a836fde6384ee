import { loadAssets, type Assets } from "./assets.ts";
import { FrameHost, type Crashed, type WorkerLink } from "./frame-host.ts";
import { limitMemory, PAGE_BYTES } from "./limits.ts";

/** A frame that has what Python workers are started from. */
export class PythonHost {
  private readonly compiled = new Set<number>();
  private readonly frame: FrameHost;
  private readonly wasm: Uint8Array;
  private readonly imagePages: number;

  private constructor(frame: FrameHost, { wasm, pages, script, image, stdlib, site, head }: Assets) {
    this.frame = frame;
    this.wasm = wasm;
    this.imagePages = pages;
    frame.send({ type: "assets", script, image, parts: { stdlib, site, head } }, [stdlib, site, head]);
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
      const wasm = limitMemory(this.wasm, this.imagePages, memory);
      this.frame.send({ type: "compile", memory, wasm }, [wasm.buffer]);
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
