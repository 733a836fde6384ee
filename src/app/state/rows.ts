import type { SampleResult } from "../../protocol/index.ts";

export interface Progress {
  done: number;
  total: number;
  secondsLeft: number | null;
}

/** What has arrived of a run, gathered outside the page's state so that each arrival costs nothing. */
export class Rows {
  private results: SampleResult[] = [];
  private sample = "";
  private pieces: string[] = [];
  private progress: Progress = { done: 0, total: 0, secondsLeft: null };

  begin(progress: Progress): void {
    this.progress = progress;
  }

  text(sample: string, delta: string): void {
    // Of samples that are under way together one is shown until it is done: two that take turns cannot be read.
    if (this.sample === "") this.sample = sample;
    if (sample === this.sample) this.pieces.push(delta);
  }

  add(result: SampleResult, progress: Progress): void {
    this.results.push(result);
    this.progress = progress;
    if (this.sample !== result.sample_id) return;
    this.sample = "";
    this.pieces = [];
  }

  snapshot(): Progress & { results: SampleResult[]; current: { sample: string; text: string } | null } {
    return {
      ...this.progress,
      results: [...this.results],
      current: this.sample ? { sample: this.sample, text: this.pieces.join("") } : null,
    };
  }
}
