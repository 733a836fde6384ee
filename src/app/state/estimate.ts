import type { Device } from "../../protocol/index.ts";
import { store } from "./library.ts";

/** Milliseconds that a sample took in this browser's latest runs of a model; null when it has none. */
export async function estimate(model: string, device: Device | "auto"): Promise<number | null> {
  const runs = await store()
    .then((db) => db.listRuns())
    .catch(() => []);
  const times = runs
    .filter((run) => run.config.model === model && (device === "auto" || run.model.device === device))
    .map((run) => run.metrics.samples_per_s?.value ?? 0)
    .filter((rate) => rate > 0)
    .slice(0, 5)
    .map((rate) => 1000 / rate);
  if (times.length === 0) return null;
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? null;
}
