import { Breath } from "../../protocol/index.ts";

/** Where a check stands: `done` of `total` steps of its pass `stage`. */
export interface TrustProgress {
  stage: string;
  done: number;
  total: number;
}

/** How a check is followed and stopped. */
export interface Watch {
  /** Aborted: the check rejects with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: TrustProgress) => void;
}

/** Does `work` for each item in order, and lets the event loop run every few milliseconds. */
export async function paced<T>(
  stage: string,
  items: ArrayLike<T>,
  { signal, onProgress }: Watch,
  work: (item: T, index: number) => void,
): Promise<void> {
  const total = items.length;
  signal?.throwIfAborted();
  const breath = new Breath();
  for (let i = 0; i < total; i++) {
    work(items[i]!, i);
    if (!breath.due()) continue;
    onProgress?.({ stage, done: i + 1, total });
    await breath.take(signal);
  }
  onProgress?.({ stage, done: total, total });
}
