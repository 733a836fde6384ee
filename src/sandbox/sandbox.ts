import { UserError, type ExecResult } from "../protocol/index.ts";
import { Gate } from "./gate.ts";
import type { Interpreter, Outcome } from "./interpreter.ts";
import { checkFiles, limitsOf, type ExecuteOptions, type Limits, type SandboxOptions } from "./options.ts";
import { InterpreterPool } from "./pool.ts";
import { resultOf } from "./result.ts";

/** Programs at a time: each takes its memory and a core. */
const PLACES = Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 2));

const CANCELLED: Outcome = { stdout: "", stderr: "", done: null, killed: "cancelled", reason: "" };

/**
 * Runs Python programs that nobody trusts, each in a fresh interpreter that can reach neither network nor storage nor the
 * page, and that is ended from outside at its limits. What a program does is always a result, never an exception.
 *
 *     const sandbox = new PythonSandbox({ timeout: 5, memoryLimitMb: 100 });
 *     const { output, success, execution_time } = await sandbox.execute("print(2 + 2)");
 *     sandbox.dispose();
 */
export class PythonSandbox {
  private readonly options: SandboxOptions;
  private readonly pool = new InterpreterPool();
  private readonly gate = new Gate(PLACES);
  private readonly running = new Set<Interpreter>();
  private disposed = false;

  /** UserError for a limit that makes no sense. */
  constructor(options: SandboxOptions = {}) {
    limitsOf(options);
    this.options = { ...options };
  }

  /** Loads Python and starts the first interpreter. UserError when its files cannot be had. */
  async ready(): Promise<void> {
    this.assertOpen();
    const interpreter = await this.pool.prepare(limitsOf(this.options).memoryMb);
    await interpreter.ready;
  }

  /** Runs a program. Rejects only for options that make no sense, and when Python's files cannot be had (UserError). */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecResult> {
    this.assertOpen();
    const limits = limitsOf(this.options, options);
    checkFiles(options.files ?? {});
    const leave = await this.gate.enter();
    try {
      return await this.runOne(code, options, limits);
    } finally {
      leave();
    }
  }

  /** Ends every program and takes the frame away. */
  dispose(): void {
    this.disposed = true;
    for (const interpreter of this.running) interpreter.kill("cancelled");
    this.pool.close();
  }

  private async runOne(code: string, options: ExecuteOptions, limits: Limits): Promise<ExecResult> {
    const { files = {}, signal, seed } = options;
    const cancelled = () => signal?.aborted || this.disposed;
    if (cancelled()) return resultOf(CANCELLED, limits, 0);
    const interpreter = await this.pool.take(limits.memoryMb);
    const cancel = () => interpreter.kill("cancelled");
    this.running.add(interpreter);
    signal?.addEventListener("abort", cancel, { once: true });
    if (cancelled()) cancel();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      // One that was cancelled while it started has its outcome already.
      await interpreter.ready.catch((error: unknown) => {
        if (!cancelled()) throw error;
      });
      const begun = performance.now();
      timer = setTimeout(() => interpreter.kill("timeout"), limits.timeout * 1000);
      const { outputLimit, memoryMb } = limits;
      const outcome = await interpreter.run({ code, files, seed: seed ?? null, outputLimit, memoryMb });
      return resultOf(outcome, limits, (performance.now() - begun) / 1000, seed !== undefined);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      this.running.delete(interpreter);
    }
  }

  private assertOpen(): void {
    if (this.disposed) throw new UserError("This sandbox was closed: make a new one.");
  }
}
