/** Times a request; what is measured apart (the decision's probes) is not the answer's time. */
export class Clock {
  private readonly start = performance.now();
  private aside = 0;
  private first: number | null = null;

  async apart<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.aside += performance.now() - start;
    }
  }

  token(): void {
    this.first ??= this.elapsed();
  }

  timing(): { totalMs: number; firstTokenMs: number } {
    const totalMs = this.elapsed();
    return { totalMs, firstTokenMs: this.first ?? totalMs };
  }

  private elapsed(): number {
    return performance.now() - this.start - this.aside;
  }
}
