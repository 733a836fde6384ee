import { UserError, type ExecResult } from "../protocol/index.ts";
import { FrameHost } from "./frame-host.ts";
import { Interpreter } from "./interpreter.ts";
import { checkPaths } from "./paths.ts";
import { resultOf } from "./result.ts";

export interface SandboxOptions {
  /** Seconds of wall time for one program. */
  timeout?: number;
  /** MiB that a program may allocate above the started image. */
  memoryLimitMb?: number;
  /** Bytes that a program's stdout, stderr and value may have together. */
  outputLimit?: number;
}

export interface ExecuteOptions {
  /** Seconds. */
  timeout?: number;
  /** MiB. */
  memory?: number;
  /** Texts that lie in the working directory when the program starts: path -> content. */
  files?: Record<string, string>;
  /** Ends the program: `killed` is then "cancelled". */
  signal?: AbortSignal;
  /** Seeds Python's sources of random numbers; without it they are unpredictable. */
  seed?: number;
}

const DEFAULTS = { timeout: 5, memoryLimitMb: 100, outputLimit: 1 << 20 };
/** Seconds after which a frame that does not stop a worker is thrown away itself. */
const LARGEST_MEMORY_MB = 900;

/**
 * Runs Python programs that nobody trusts, each in a fresh interpreter that can reach neither network nor storage nor the
 * page, and that is ended from outside at its limits. What a program does is always a result, never an exception.
 *
 *     const sandbox = new PythonSandbox({ timeout: 5 });
 *     const { output, success, execution_time } = await sandbox.execute("print(2 + 2)");
 *     sandbox.dispose();
 */
export class PythonSandbox {
  private readonly options: Required<SandboxOptions>;
  private host: Promise<FrameHost> | null = null;
  private spare: { memoryMb: number; interpreter: Promise<Interpreter> } | null = null;
  private readonly running = new Set<Interpreter>();
  private disposed = false;

  constructor(options: SandboxOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
    checkNumber("timeout", this.options.timeout, 3600);
    checkNumber("memoryLimitMb", this.options.memoryLimitMb, LARGEST_MEMORY_MB);
    checkNumber("outputLimit", this.options.outputLimit, 2 ** 30);
  }

  /** Loads Python and starts the first interpreter. UserError when its files cannot be had. */
  async ready(): Promise<void> {
    this.spare ??= this.prepare(this.options.memoryLimitMb);
    await (
      await this.spare.interpreter
    ).ready;
  }

  /** Runs a program. Rejects with a UserError for options that make no sense or when Python cannot be loaded. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecResult> {
    const { files = {}, signal, seed } = options;
    const limits = {
      timeout: options.timeout ?? this.options.timeout,
      memoryMb: options.memory ?? this.options.memoryLimitMb,
      outputLimit: this.options.outputLimit,
    };
    checkNumber("timeout", limits.timeout, 3600);
    checkNumber("memory", limits.memoryMb, LARGEST_MEMORY_MB);
    checkPaths(files);
    if (signal?.aborted) return resultOf(CANCELLED, limits, 0);
    const interpreter = await this.take(limits.memoryMb);
    const cancel = () => interpreter.kill("cancelled");
    signal?.addEventListener("abort", cancel, { once: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const started = performance.now();
    try {
      await interpreter.ready;
      const begun = performance.now();
      timer = setTimeout(() => interpreter.kill("timeout"), limits.timeout * 1000);
      const { outputLimit } = limits;
      const outcome = await interpreter.run({ code, files, seed: seed ?? null, outputLimit });
      return resultOf(outcome, limits, (performance.now() - begun) / 1000);
    } catch (error) {
      if (signal?.aborted) return resultOf(CANCELLED, limits, (performance.now() - started) / 1000);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      this.running.delete(interpreter);
    }
  }

  /** Ends every program and takes the frame away. */
  dispose(): void {
    this.disposed = true;
    for (const interpreter of this.running) interpreter.kill("cancelled");
    this.spare = null;
    void this.host?.then((host) => host.close()).catch(() => {});
    this.host = null;
  }

  private async take(memoryMb: number): Promise<Interpreter> {
    if (this.disposed) throw new UserError("This sandbox was closed: make a new one.");
    let spare = this.spare;
    if (spare?.memoryMb !== memoryMb) {
      void spare?.interpreter.then((unused) => unused.kill("cancelled")).catch(() => {});
      spare = this.prepare(memoryMb);
    }
    this.spare = null;
    const interpreter = await spare.interpreter;
    this.running.add(interpreter);
    // The next run's interpreter starts while this one runs.
    this.spare = this.prepare(memoryMb);
    return interpreter;
  }

  private prepare(memoryMb: number): { memoryMb: number; interpreter: Promise<Interpreter> } {
    this.host ??= FrameHost.open().catch((error: unknown) => {
      this.host = null;
      throw error;
    });
    const interpreter = this.host.then((host) => new Interpreter(host, memoryMb));
    interpreter.catch(() => {});
    return { memoryMb, interpreter };
  }
}

const CANCELLED = { stdout: "", stderr: "", done: null, killed: "cancelled", reason: "" } as const;

function checkNumber(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new UserError(`${name}: give a number above 0 and up to ${most}, not ${value}.`);
}
