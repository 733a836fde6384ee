/**
 * Threads for a model of so many parameters. They need shared memory, which only isolated pages have; more than four gain
 * nothing at these sizes. A very small model runs on one: waiting for a second thread at each of its matrices costs more
 * than the thread saves.
 */
export function threadsFor(parameters: number): number {
  if (!globalThis.crossOriginIsolated || parameters < 20_000_000) return 1;
  return Math.min(4, navigator.hardwareConcurrency);
}
