import * as Comlink from "comlink";
import { UserError } from "../../protocol/index.ts";
import type { Source, StudioTable } from "../../data/table/index.ts";
import type { Entry } from "./published.ts";

/** A worker with the rows of one dataset. */
export interface StudioWorker {
  table: Comlink.Remote<StudioTable>;
  /** Rejects when the worker has stopped by itself: a call to it would then wait for ever. */
  stopped: Promise<never>;
  /** Ends the worker; its memory is free. */
  end(): void;
}

/** Starts a worker. */
export function startWorker(): StudioWorker {
  const worker = new Worker(new URL("../../../workers/studio.worker.ts", import.meta.url), { type: "module" });
  const table = Comlink.wrap<StudioTable>(worker);
  const stopped = new Promise<never>((_, reject) => {
    worker.onerror = (event) => {
      reject(
        new UserError(`The worker with the rows stopped (${event.message || "out of memory?"}): reload the page.`),
      );
    };
  });
  stopped.catch(() => {});
  return { table, stopped, end: () => worker.terminate() };
}

/** Does one thing in a worker of its own. */
export async function inWorker<T>(work: (table: StudioWorker["table"]) => Promise<T>): Promise<T> {
  const worker = startWorker();
  try {
    return await Promise.race([work(worker.table), worker.stopped]);
  } finally {
    worker.end();
  }
}

/** Where the worker finds the rows of an entry. */
export function sourceOf({ sha256, name, published }: Entry): Source {
  return { sha256, published: published ? { name, base: document.baseURI } : null };
}
