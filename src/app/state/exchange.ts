import * as Comlink from "comlink";
import { UserError } from "../../protocol/index.ts";
import type { Exchange } from "../../share/exchange/index.ts";

/** Does one thing with files that leave or enter this browser, in a worker of its own. UserError: the worker stopped. */
export async function inExchange<T>(work: (exchange: Comlink.Remote<Exchange>) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("../../../workers/exchange.worker.ts", import.meta.url), { type: "module" });
  const stopped = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) =>
      reject(new UserError(`The file could not be worked on (${message || "out of memory?"}): reload the page.`));
  });
  try {
    return await Promise.race([work(Comlink.wrap<Exchange>(worker)), stopped]);
  } finally {
    worker.terminate();
  }
}
