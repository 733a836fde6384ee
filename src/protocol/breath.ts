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
    await nextTask();
    signal?.throwIfAborted();
    this.last = performance.now();
  }
}

/**
 * Resolves in a task of its own, so that messages, a cancel among them, are handled before. No timer: those of a hidden tab
 * run once a second, and later once a minute.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
