/** Programs at a time: each takes its memory and a core. */
export const PLACES = Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency ?? 2));

/** Lets only so many pieces of work run at a time; the others wait in their order. */
export class Gate {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(places: number) {
    this.free = places;
  }

  /** Resolves when there is a place. What it gives is to be called once, when the place is free again. */
  async enter(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    };
  }
}
