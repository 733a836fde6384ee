/** How fast bytes come, over the last seconds; what was there already does not count. */
export class Rate {
  private readonly seen: { at: number; bytes: number }[] = [];

  /** @param window Milliseconds. */
  constructor(private readonly window = 5000) {}

  /** `bytes`: all that have come so far; `at`: milliseconds. */
  add(bytes: number, at: number): void {
    const last = this.seen.at(-1);
    // Less than before: another file began, or a file began again.
    if (last && bytes < last.bytes) this.seen.length = 0;
    this.seen.push({ at, bytes });
    while (this.seen.length > 2 && at - this.seen[0]!.at > this.window) this.seen.shift();
  }

  /** Bytes a second; null until two moments are known. */
  get perSecond(): number | null {
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    if (!first || !last || last.at <= first.at) return null;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
