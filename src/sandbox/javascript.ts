import { UserError, type ExecResult } from "../protocol/index.ts";
import { attend, CANCELLED } from "./attend.ts";
import { FrameHost } from "./frame-host.ts";
import { Gate, PLACES } from "./gate.ts";
import { Interpreter, type Outcome } from "./interpreter.ts";
import { javaScriptWorker } from "./javascript-worker.ts";
import { limitsOf, type ExecuteOptions, type Limits, type SandboxOptions } from "./options.ts";
import { resultOf } from "./result.ts";

/** How engines tell of an error that nobody caught: of one in the script's syntax, for instance. */
const UNCAUGHT = /^(?:Uncaught )?(?:\(in promise\) )?([A-Z]\w*(?:Error|Exception)): ([^]*)$/;

export type JavaScriptOptions = Pick<ExecuteOptions, "timeout" | "signal" | "seed">;

/**
 * Runs JavaScript that nobody trusts, each program in a fresh worker that can reach neither network nor storage nor the
 * page, and that is ended from outside at its limits. Its frame is opened by the first program and has nothing of
 * Python's. What a program takes of memory cannot be limited: see docs/security.md.
 *
 *     const sandbox = new JavaScriptSandbox({ timeout: 5 });
 *     const { output } = await sandbox.execute("return args.a + args.b;", { a: 2, b: 2 });
 *     sandbox.dispose();
 */
export class JavaScriptSandbox {
  private readonly options: Omit<SandboxOptions, "memoryLimitMb">;
  private readonly gate = new Gate(PLACES);
  private readonly closing = new AbortController();
  private frame: Promise<FrameHost> | null = null;

  /** UserError for a limit that makes no sense. */
  constructor(options: Omit<SandboxOptions, "memoryLimitMb"> = {}) {
    limitsOf(options);
    this.options = { ...options };
  }

  /**
   * Runs the body of an async function whose one parameter is `args`, plain data. What it logs and returns is the output;
   * a value that is no text becomes JSON. Rejects only for options that make no sense (UserError).
   */
  async execute(
    body: string,
    args: Record<string, unknown> = {},
    options: JavaScriptOptions = {},
  ): Promise<ExecResult> {
    if (this.closing.signal.aborted) throw new UserError("This sandbox was closed: make a new one.");
    const limits = limitsOf(this.options, options);
    const leave = await this.gate.enter();
    try {
      return await this.runOne(javaScriptWorker(body), args, options, limits);
    } finally {
      leave();
    }
  }

  /** Ends every program and takes the frame away. */
  dispose(): void {
    this.closing.abort();
    void this.frame?.then((frame) => frame.close());
  }

  private async runOne(
    text: string,
    args: Record<string, unknown>,
    options: JavaScriptOptions,
    limits: Limits,
  ): Promise<ExecResult> {
    const signal = AbortSignal.any([this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    const frame = await this.openFrame();
    if (signal.aborted) return resultOf(CANCELLED, limits, 0);
    const worker = new Interpreter((crashed) => frame.start({ text }, crashed));
    const { outputLimit } = limits;
    const message = { args, seed: options.seed ?? null, outputLimit };
    // A script may run on before it hears anything: its time is counted from its very start.
    const { outcome, elapsed } = await attend(worker, message, { started: Promise.resolve(), limits, signal });
    // The program can say what it likes of its time, which is therefore ours; and it has no files.
    return { ...resultOf(uncaught(outcome), limits, elapsed), execution_time: elapsed, files: {} };
  }

  private async openFrame(): Promise<FrameHost> {
    const present = this.frame;
    const frame = await present;
    if (frame && (!frame.alive || frame.worn)) {
      frame.retire();
      // Another program may have opened a new one meanwhile.
      if (this.frame === present) this.frame = null;
    }
    this.frame ??= FrameHost.open("JavaScript sandbox").catch((error: unknown) => {
      this.frame = null;
      throw error;
    });
    return this.frame;
  }
}

/** An error that nobody caught is the program's, not a breakdown of what runs it. */
function uncaught(outcome: Outcome): Outcome {
  const [, errorType, message] = (outcome.killed === "crash" && UNCAUGHT.exec(outcome.reason)) || [];
  if (errorType === undefined || message === undefined) return outcome;
  const errorMessage = outcome.line ? `${message} (line ${outcome.line})` : message;
  const done = { type: "done", nonce: "", value: null, errorType, errorMessage, files: {}, time: 0 } as const;
  return { ...outcome, done, killed: null };
}
