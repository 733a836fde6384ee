import { FrameHost } from "./frame-host.ts";
import { Interpreter } from "./interpreter.ts";

interface Spare {
  memoryMb: number;
  interpreter: Promise<Interpreter>;
}

/** Keeps one started interpreter ahead, so that a program need not wait for its start; opens the frame when it is needed. */
export class InterpreterPool {
  private host: Promise<FrameHost> | null = null;
  private spare: Spare | null = null;

  /** Starts the interpreter for the next program, unless it is there. */
  prepare(memoryMb: number): Promise<Interpreter> {
    if (this.spare?.memoryMb !== memoryMb) {
      this.drop();
      this.spare = { memoryMb, interpreter: this.start(memoryMb) };
    }
    return this.spare.interpreter;
  }

  /** An interpreter for one program. Rejects with a UserError when Python's files cannot be had. */
  async take(memoryMb: number): Promise<Interpreter> {
    let interpreter = await this.claim(memoryMb);
    // A spare can have died with its frame while nobody looked.
    if (interpreter.ended) interpreter = await this.claim(memoryMb);
    return interpreter;
  }

  close(): void {
    this.drop();
    void this.host?.then((host) => host.close()).catch(() => {});
    this.host = null;
  }

  private async claim(memoryMb: number): Promise<Interpreter> {
    const taken = this.prepare(memoryMb);
    this.spare = null;
    const interpreter = await taken;
    void this.prepare(memoryMb);
    return interpreter;
  }

  private start(memoryMb: number): Promise<Interpreter> {
    const started = this.frame().then((host) => new Interpreter(host, memoryMb));
    // What could not be started is not kept: the next program tries again.
    started.catch(() => {
      if (this.spare?.interpreter === started) this.spare = null;
    });
    return started;
  }

  private async frame(): Promise<FrameHost> {
    if (this.host && !(await this.host).alive) this.host = null;
    this.host ??= FrameHost.open().catch((error: unknown) => {
      this.host = null;
      throw error;
    });
    return this.host;
  }

  private drop(): void {
    void this.spare?.interpreter.then((unused) => unused.kill("cancelled")).catch(() => {});
    this.spare = null;
  }
}
