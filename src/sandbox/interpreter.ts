import type { KillReason } from "../protocol/index.ts";
import type { Crashed, WorkerLink } from "./frame-host.ts";
import { readMessage } from "./read-message.ts";
import type { WorkerMessage } from "./worker/messages.ts";

type Done = Extract<WorkerMessage, { type: "done" }>;

/** What a worker told of its run, before it is put into an ExecResult. */
export interface Outcome {
  stdout: string;
  stderr: string;
  done: Done | null;
  killed: KillReason | null;
  /** Why it broke down, for "crash" and "memory". */
  reason: string;
  /** Where it broke down: a line of its worker's script. */
  line?: number;
}

/** Milliseconds after which a worker that has not started never will: its frame is dead. */
const LONGEST_START = 120_000;

/** How an engine says that there is no more memory. */
const OUT_OF_MEMORY = /out of memory|allocation failed|array buffer allocation|invalid array length/i;

/** One worker, Python's or JavaScript's: it is started, runs one program, and is thrown away. */
export class Interpreter {
  /** Resolves when a program can be run; rejects when it does not start. */
  readonly ready: Promise<void>;
  ended = false;
  private readonly link: WorkerLink;
  private readonly output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  private readonly outcome: Promise<Outcome>;
  private settle!: (outcome: Outcome) => void;
  private start!: () => void;
  private fail!: (error: Error) => void;
  private readonly patience: ReturnType<typeof setTimeout>;
  private room = Infinity;
  private nonce = "";

  constructor(start: (crashed: Crashed) => WorkerLink) {
    this.outcome = new Promise((resolve) => (this.settle = resolve));
    this.ready = new Promise((resolve, reject) => {
      this.start = resolve;
      this.fail = reject;
    });
    // A spare that fails before anybody waits for it is reported to whoever takes it.
    this.ready.catch(() => {});
    this.patience = setTimeout(() => this.breakDown("it took too long"), LONGEST_START);
    this.link = start((message, line) => this.breakDown(message, line));
    this.link.port.addEventListener("message", ({ data }: MessageEvent<unknown>) => this.hear(readMessage(data)));
    // Fired when the worker is gone (in browsers that have this event): a program can end its own worker.
    this.link.port.addEventListener("close", () => this.breakDown("the worker ended"));
    this.link.port.start();
  }

  /** Runs the program. Never rejects: whatever happens is an outcome. */
  run(message: { outputLimit: number }): Promise<Outcome> {
    this.nonce = crypto.randomUUID();
    this.room = message.outputLimit;
    if (!this.ended) this.link.port.postMessage({ ...message, nonce: this.nonce });
    return this.outcome;
  }

  /** Ends the worker; its run gets this outcome, unless it has one. */
  kill(killed: KillReason, reason = ""): void {
    this.end({ done: null, killed, reason });
  }

  private hear(message: WorkerMessage): void {
    if (this.ended) return;
    switch (message.type) {
      case "ready":
        clearTimeout(this.patience);
        return this.start();
      case "output":
        // The worker counts too; but what counts is counted here.
        this.room -= message.bytes.length;
        this.output[message.stream].push(message.bytes);
        return this.room < 0 ? this.kill("output") : undefined;
      case "limit":
        return this.kill(message.reason);
      case "broken":
        return this.breakDown(message.message);
      case "done":
        if (message.nonce !== this.nonce) return;
        this.room -= typeof message.value === "string" ? message.value.length : 0;
        return this.room < 0 ? this.kill("output") : this.end({ done: message, killed: null, reason: "" });
    }
  }

  private breakDown(reason: string, line?: number): void {
    const killed = OUT_OF_MEMORY.test(reason) ? "memory" : "crash";
    this.end({ done: null, killed, reason, ...(line !== undefined && { line }) });
  }

  private end(rest: Omit<Outcome, "stdout" | "stderr">): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.patience);
    this.link.stop();
    this.fail(new Error(`Python did not start: ${rest.reason || "it was stopped"}`));
    this.settle({ stdout: decode(this.output.stdout), stderr: decode(this.output.stderr), ...rest });
  }
}

function decode(chunks: Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}
