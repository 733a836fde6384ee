import { Interpreter } from "./interpreter.ts";
import { PythonHost } from "./python-host.ts";

interface Spare {
  memoryMb: number;
  interpreter: Promise<Interpreter>;
}

/** Keeps one started interpreter ahead, so that a program need not wait for its start; opens the frame when it is needed. */
export class InterpreterPool {
  private host: PythonHost | null = null;
  private opening: Promise<PythonHost> | null = null;
  private spare: Spare | null = null;
  private closed = false;

  /** Starts the interpreter for the next program, unless it is there. Rejects with a UserError without Python's files. */
  prepare(memoryMb: number): Promise<Interpreter> {
    this.dropDeadFrame();
    if (this.spare?.memoryMb !== memoryMb) {
      this.dropSpare();
      const interpreter = this.frame().then((host) => new Interpreter((crashed) => host.start(memoryMb, crashed)));
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

  private frame(): Promise<PythonHost> {
    if (!this.host) return this.open();
    // Where Python's files cannot be had any more, the old frame will do.
    if (this.host.worn) this.open().catch(() => {});
    return Promise.resolve(this.host);
  }

  /** Opens a frame for the workers to come; the one before goes when its last worker has ended. */
  private open(): Promise<PythonHost> {
    this.opening ??= PythonHost.open()
      .then((host) => {
        this.host?.retire();
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
