/** Longest that a loop keeps the page's thread before it lets it breathe, in milliseconds. */
const BREATH_MS = 12;

/** Room for the page between the pieces of long work: events are handled and frames drawn. */
export class Breath {
  private last = performance.now();

  /** To be awaited between two pieces: lets the page's other tasks run where this one has kept them waiting. */
  async take(): Promise<void> {
    if (performance.now() - this.last < BREATH_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    this.last = performance.now();
  }
}
