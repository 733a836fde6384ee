import type { Run } from "../../protocol/index.ts";
import type { Dataset } from "../../data/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { findDataset } from "../state/datasets.ts";
import { evaluation, store } from "../state/library.ts";
import { session } from "../state/session.svelte.ts";
import { byId, type SampleMap } from "../state/samples.ts";
import { findCopy } from "./copy.ts";

/** One run as its page shows it: the run, and its dataset's samples where they can be found. */
export class Result {
  run = $state.raw<Run | null>(null);
  dataset = $state.raw<Dataset | null>(null);
  /** Stands in for the dataset where prompts and labels are shown; what is run with it has another digest. */
  copy = $state.raw<Dataset | null>(null);
  samples = $state.raw<SampleMap>(byId());
  /** Why prompts and labels cannot be shown, or only from a copy; null when they can. */
  datasetProblem = $state<string | null>(null);
  /** The storage is full or closed: this run is in memory only. */
  unsaved = $state(false);
  loading = $state(true);
  failure = $state.raw<Failure | null>(null);

  async load(id: string): Promise<void> {
    try {
      const run = session.unsaved(id) ?? (await (await store()).getRun(id)) ?? null;
      this.unsaved = run !== null && session.unsaved(id) === run;
      this.run = run;
      if (run) await this.findSamples(run);
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.loading = false;
    }
  }

  /** Sets what a call of a tool costs, sums up again, and keeps it with the run. */
  async setCost(tool: string, cost: number): Promise<void> {
    if (!this.run) return;
    this.run = { ...this.run, costs: { ...this.run.costs, [tool]: cost } };
    if (this.dataset) await this.measure(this.run, this.dataset);
    if (this.unsaved || this.run.status === "running") return;
    try {
      await (await store()).saveRun(this.run);
    } catch {
      // The run is still here: the page says that it is in memory only, and how to keep it.
      this.unsaved = true;
    }
  }

  private async findSamples(run: Run): Promise<void> {
    try {
      const dataset = await findDataset(run.dataset.name, run.dataset.sha256);
      this.dataset = dataset;
      this.samples = byId(dataset.samples);
      if (run.status === "running") await this.measure(run, dataset);
    } catch (error) {
      this.copy = await findCopy(run.dataset.sha256).catch(() => null);
      this.samples = byId(this.copy?.samples);
      this.datasetProblem = this.copy
        ? `The file of this run's dataset is not in this browser; prompts and labels are shown from a copy of its rows, ${this.copy.name} (sha256 ${this.copy.sha256.slice(0, 12)}…).`
        : failureOf(error).lines.join(" ");
    }
  }

  /** A run that was cut off has results but nobody summed them up. */
  private async measure(run: Run, { samples }: Dataset): Promise<void> {
    const { computeMetrics, computeSlices } = await evaluation();
    const { results, costs } = run;
    const metrics = await computeMetrics(results, samples, costs);
    this.run = { ...run, metrics, slices: await computeSlices(results, samples, costs) };
  }
}
