import { failureOf, type Failure } from "../failure.ts";

/** One thing at a time that a person waits for: what is being done, and what went wrong. */
export class Work {
  /** What is under way, in a few words; null: nothing. */
  busy = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);

  /** Does it, unless something is under way; what it throws becomes the failure. */
  protected async attempt(what: string, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    [this.busy, this.failure] = [what, null];
    try {
      await act();
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.busy = null;
    }
  }
}
