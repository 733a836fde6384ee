import * as Comlink from "comlink";
import { UserError } from "../protocol/index.ts";
import { DeviceLostError, revive } from "./transformers/errors.ts";

/** What every engine in a worker has: a job ends before its next pass. */
interface Cancellable {
  cancel(job: number): void;
}

/** A worker and its engine. A call to a worker that has ended never settles, so every call races the worker's end. */
export class EngineWorker<E extends Cancellable> {
  private readonly engine: Comlink.Remote<E>;
  private readonly ended: Promise<never>;
  private end!: (reason: unknown) => void;
  private jobs = 0;

  constructor(private readonly worker: Worker) {
    this.engine = Comlink.wrap<E>(worker);
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => {});
    worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message || "out of memory?";
      this.close(
        new DeviceLostError(`The model's worker stopped (${why}): load the model again. What was done is kept.`),
      );
    };
  }

  async call<T>(work: (engine: Comlink.Remote<E>) => Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(this.engine), this.ended]);
    } catch (error) {
      throw revive(error);
    }
  }

  /** A call that the signal ends before its next pass. */
  async job<T>(
    signal: AbortSignal | undefined,
    work: (engine: Comlink.Remote<E>, job: number) => Promise<T>,
  ): Promise<T> {
    const job = ++this.jobs;
    const cancel = () => void this.call(async (engine) => (engine as Cancellable).cancel(job)).catch(() => {});
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await this.call((engine) => work(engine, job));
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Does what loads the model; ends the worker, and rejects with the signal's reason, when that is aborted or fails. */
  async loading<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const stop = () => this.close(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await work();
    } catch (error) {
      this.close(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Ends the worker; calls under way, and later ones, reject with the reason. */
  close(reason: unknown = new UserError("The model was disposed: load it again.")): void {
    this.end(reason);
    this.worker.terminate();
  }
}
