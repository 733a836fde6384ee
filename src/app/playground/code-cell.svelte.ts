import type { ExecResult } from "../../protocol/index.ts";
import { sandboxSupport } from "../../sandbox/support.ts";
import { failureOf, type Failure } from "../failure.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { EXAMPLES } from "./examples.ts";
import { python } from "./python.ts";

/** A program that ran, and under which limits. */
interface Done {
  result: ExecResult;
  /** Seconds. */
  timeout: number;
  /** MB. */
  memory: number;
  seed: number | null;
}

/** A Python program beside the chat; kept while other pages are open. */
class CodeCell {
  code = $state(EXAMPLES[0]?.code ?? "");
  /** Seconds. */
  timeout = $state<number | null>(5);
  /** MB. */
  memory = $state<number | null>(100);
  seed = $state<number | null>(null);
  busy = $state(false);
  done = $state.raw<Done | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Counts programs that were taken from the chat: the editor comes into view with each. */
  taken = $state(0);

  /** The one reason why the program cannot be run, or null. */
  readonly obstacle = $derived(this.findObstacle());
  private abort: AbortController | null = null;

  async run(): Promise<void> {
    const { code, timeout, memory, seed } = this;
    if (this.busy || this.obstacle || timeout === null || memory === null) return;
    this.busy = true;
    this.failure = null;
    const { signal } = (this.abort = new AbortController());
    try {
      const sandbox = await python();
      const result = await sandbox.execute(code, { timeout, memory, signal, ...(seed !== null && { seed }) });
      this.done = { result, timeout, memory, seed };
    } catch (error) {
      this.done = null;
      this.failure = failureOf(error);
    } finally {
      this.busy = false;
      this.abort = null;
    }
  }

  cancel(): void {
    this.abort?.abort();
  }

  /** Takes a program over; what stood here can be had back. */
  take(code: string): void {
    const before = this.code;
    this.code = code;
    this.taken++;
    const undo = { label: "Undo", run: () => void (this.code = before) };
    const isKnown = before === code || EXAMPLES.some((example) => example.code === before);
    if (!isKnown) toasts.show("The cell holds the program of the call now.", { seconds: 10, action: undo });
  }

  private findObstacle(): string | null {
    const { timeout, memory, seed } = this;
    if (!(timeout !== null && timeout > 0 && timeout <= 600)) return "The time lies above 0 and is at most 600 s.";
    if (!(memory !== null && memory > 0 && memory <= 900)) return "The memory lies above 0 and is at most 900 MB.";
    if (seed !== null && !Number.isSafeInteger(seed)) return "The seed is a whole number.";
    if (this.code.trim() === "") return "Write a program first.";
    return sandboxSupport();
  }
}

export const cell = new CodeCell();
