/** Lets so many in at a time, in the order in which they come. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Does the work when there is room; an abort while it waits rejects with the signal's reason. */
  async pass<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.inside >= this.most) await new Promise<void>((enter) => this.waiting.push(enter));
    else this.inside++;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      // The place goes to the next, if there is one.
      const next = this.waiting.shift();
      if (next) next();
      else this.inside--;
    }
  }
}
