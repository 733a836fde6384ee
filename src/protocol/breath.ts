/** Longest that work keeps its thread before others may run, in milliseconds. */
const BREATH_MS = 12;

/** Lets the page, or Node, breathe during long work. */
export class Breath {
  private last = performance.now();

  /** Whether it is time for `take`; cheap, for the inside of a loop. */
  due(): boolean {
    return performance.now() - this.last >= BREATH_MS;
  }

  /** Lets others run. Rejects with the signal's reason when it is aborted. */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    this.last = performance.now();
  }
}
