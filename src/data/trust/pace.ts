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

/** Milliseconds of work between two rests: a frame at 60 Hz is not missed. */
const TURN = 12;

/** Does `work` for each item in order, and lets the event loop run every few milliseconds. */
export async function paced<T>(
  stage: string,
  items: ArrayLike<T>,
  { signal, onProgress }: Watch,
  work: (item: T, index: number) => void,
): Promise<void> {
  const total = items.length;
  signal?.throwIfAborted();
  let turn = performance.now();
  for (let i = 0; i < total; i++) {
    work(items[i]!, i);
    if (performance.now() - turn < TURN) continue;
    onProgress?.({ stage, done: i + 1, total });
    await new Promise((done) => setTimeout(done));
    signal?.throwIfAborted();
    turn = performance.now();
  }
  onProgress?.({ stage, done: total, total });
}
