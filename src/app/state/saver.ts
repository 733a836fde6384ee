import type { Run } from "../../protocol/index.ts";
import { failureOf } from "../failure.ts";
import { store } from "./library.ts";
import { toasts } from "./toasts.svelte.ts";

/** Writes a run as it grows, one write at a time; what cannot be written stays in memory and the person is told once. */
export class Saver {
  /** The newest state that was handed over, saved or not. */
  latest: Run | null = null;
  /** Whether the newest state could not be written. */
  failed = false;
  private writing: Promise<void> | null = null;
  private waiting = false;

  /** Notes the run's state and writes it as soon as the write before is done; states in between are skipped. */
  save(run: Run): Promise<void> {
    this.latest = run;
    this.waiting = true;
    this.writing ??= this.drain().finally(() => (this.writing = null));
    return this.writing;
  }

  private async drain(): Promise<void> {
    while (this.waiting && this.latest) {
      this.waiting = false;
      await this.write(this.latest);
    }
  }

  private async write(run: Run): Promise<void> {
    try {
      await (await store()).saveRun(run);
      this.failed = false;
    } catch (error) {
      if (!this.failed) toasts.show(failureOf(error).lines.join(" "), { tone: "bad", seconds: 15 });
      this.failed = true;
    }
  }
}
