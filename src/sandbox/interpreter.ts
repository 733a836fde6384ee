import type { KillReason } from "../protocol/index.ts";
import type { FrameHost, WorkerLink } from "./frame-host.ts";
import type { RunMessage, WorkerMessage } from "./worker/messages.ts";

/** What a worker told of its run, before it is put into an ExecResult. */
export interface Outcome {
  stdout: string;
  stderr: string;
  done: Extract<WorkerMessage, { type: "done" }> | null;
  killed: KillReason | null;
  /** Why it broke down, for `killed: "crash"` and "memory". */
  reason: string;
}

/** One Python interpreter in a worker of its own: it is started, runs one program, and is thrown away. */
export class Interpreter {
  /** Resolves when the program can be run; rejects when Python does not start. */
  readonly ready: Promise<void>;
  private readonly link: WorkerLink;
  private readonly output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  private settle: ((outcome: Outcome) => void) | null = null;
  private nonce = "";
  private ended = false;
  private fail: (error: Error) => void = () => {};

  constructor(host: FrameHost, memoryMb: number) {
    this.link = host.start(memoryMb, (message) => this.breakDown(message));
    this.ready = new Promise((resolve, reject) => {
      this.fail = reject;
      this.link.port.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.hear(data, resolve);
    });
    this.ready.catch(() => {});
  }

  /** Runs the program. Never rejects: whatever happens is an outcome. */
  run(message: Omit<RunMessage, "nonce">): Promise<Outcome> {
    this.nonce = crypto.randomUUID();
    return new Promise((resolve) => {
      this.settle = resolve;
      if (this.ended) this.end({ done: null, killed: "crash", reason: "the interpreter has ended" });
      else this.link.port.postMessage({ ...message, nonce: this.nonce } satisfies RunMessage);
    });
  }

  /** Ends the worker; a run under way gets this outcome. */
  kill(killed: KillReason, reason = ""): void {
    this.end({ done: null, killed, reason });
  }

  private hear(message: WorkerMessage, ready: () => void): void {
    if (message.type === "ready") ready();
    else if (message.type === "output") this.output[message.stream].push(message.bytes);
    else if (message.type === "limit") this.kill(message.reason);
    else if (message.type === "broken") this.breakDown(message.message);
    else if (message.nonce === this.nonce) this.end({ done: message, killed: null, reason: "" });
  }

  private breakDown(message: string): void {
    this.kill(/out of memory|memory access|allocation failed/i.test(message) ? "memory" : "crash", message);
  }

  private end(rest: Pick<Outcome, "done" | "killed" | "reason">): void {
    if (!this.ended) this.link.stop();
    this.ended = true;
    this.fail(new Error(rest.reason || "Python was stopped before it was ready."));
    this.settle?.({ stdout: decode(this.output.stdout), stderr: decode(this.output.stderr), ...rest });
    this.settle = null;
  }
}

function decode(chunks: Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}
