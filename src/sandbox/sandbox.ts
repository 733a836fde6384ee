import { UserError, type ExecResult } from "../protocol/index.ts";
import { attend, CANCELLED } from "./attend.ts";
import { Gate, PLACES } from "./gate.ts";
import { checkFiles, limitsOf, type ExecuteOptions, type Limits, type SandboxOptions } from "./options.ts";
import { InterpreterPool } from "./pool.ts";
import { resultOf } from "./result.ts";
import type { RunMessage } from "./worker/messages.ts";

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
  private readonly closing = new AbortController();

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
    this.closing.abort();
    this.pool.close();
  }

  private async runOne(code: string, options: ExecuteOptions, limits: Limits): Promise<ExecResult> {
    const { files = {}, seed } = options;
    const signal = AbortSignal.any([this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    if (signal.aborted) return resultOf(CANCELLED, limits, 0);
    const interpreter = await this.pool.take(limits.memoryMb);
    const { outputLimit, memoryMb } = limits;
    const message: Omit<RunMessage, "nonce"> = { code, files, seed: seed ?? null, outputLimit, memoryMb };
    const { outcome, elapsed } = await attend(interpreter, message, { started: interpreter.ready, limits, signal });
    return resultOf(outcome, limits, elapsed, seed !== undefined);
  }

  private assertOpen(): void {
    if (this.closing.signal.aborted) throw new UserError("This sandbox was closed: make a new one.");
  }
}
