import { FrameHost } from "./frame-host.ts";
import { Interpreter } from "./interpreter.ts";

interface Spare {
  memoryMb: number;
  interpreter: Promise<Interpreter>;
}

/** Keeps one started interpreter ahead, so that a program need not wait for its start; opens the frame when it is needed. */
export class InterpreterPool {
  private host: FrameHost | null = null;
  private opening: Promise<FrameHost> | null = null;
  private spare: Spare | null = null;
  private closed = false;

  /** Starts the interpreter for the next program, unless it is there. Rejects with a UserError without Python's files. */
  prepare(memoryMb: number): Promise<Interpreter> {
    this.dropDeadFrame();
    if (this.spare?.memoryMb !== memoryMb) {
      this.dropSpare();
      const interpreter = this.frame().then((host) => new Interpreter(host, memoryMb));
      // What could not be started is not kept: the next program tries again.
      interpreter.catch(() => {
        if (this.spare?.interpreter === interpreter) this.spare = null;
      });
      this.spare = { memoryMb, interpreter };
    }
    return this.spare.interpreter;
  }

  /** An interpreter for one program; the next one starts at once. */
  async take(memoryMb: number): Promise<Interpreter> {
    const taken = this.prepare(memoryMb);
    this.spare = null;
    const interpreter = await taken;
    if (!this.closed) this.prepare(memoryMb).catch(() => {});
    return interpreter;
  }

  /** Takes the frame away, and with it every interpreter. */
  close(): void {
    this.closed = true;
    this.dropSpare();
    this.host?.close();
  }

  private frame(): Promise<FrameHost> {
    if (this.host) return Promise.resolve(this.host);
    this.opening ??= FrameHost.open()
      .then((host) => {
        this.host = host;
        if (this.closed) host.close();
        return host;
      })
      .finally(() => (this.opening = null));
    return this.opening;
  }

  private dropDeadFrame(): void {
    if (!this.host || this.host.alive) return;
    this.host.close();
    this.host = null;
    this.spare = null;
  }

  private dropSpare(): void {
    this.spare?.interpreter.then((unused) => unused.kill("cancelled")).catch(() => {});
    this.spare = null;
  }
}
