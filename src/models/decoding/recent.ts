/** The last few values that were used, by key; `drop` hears of one that makes room for another. */
export class Recent<T> {
  private readonly kept = new Map<string, T>();

  constructor(
    private readonly limit: number,
    private readonly drop: (value: T) => void = () => {},
  ) {}

  get(key: string): T | undefined {
    const value = this.kept.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    // Re-inserted at the end: the first one is the longest unused.
    this.kept.delete(key);
    this.kept.set(key, value);
    for (const [oldest, old] of this.kept) {
      if (this.kept.size <= this.limit) break;
      this.kept.delete(oldest);
      this.drop(old);
    }
  }

  clear(): void {
    for (const value of this.kept.values()) this.drop(value);
    this.kept.clear();
  }
}
