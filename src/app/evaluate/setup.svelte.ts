import {
  DEFAULT_TOOLS,
  sha256,
  UserError,
  type Arm,
  type Device,
  type Dtype,
  type Fault,
  type RunConfig,
  type RuntimeId,
} from "../../protocol/index.ts";
import { getModel, listBuilds } from "../../models/index.ts";
import { sandboxSupport } from "../../sandbox/support.ts";
import type { Dataset } from "../../data/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { AdapterChoice } from "../state/adapter-choice.svelte.ts";
import { findDataset } from "../state/datasets.ts";
import { data, store } from "../state/library.ts";
import { models } from "../state/models.svelte.ts";
import { RemoteChoice } from "../state/remote.svelte.ts";
import { SearchChoice } from "../state/search.svelte.ts";
import { ownTools } from "../tools/own-tools.svelte.ts";

export const BUILT_IN = "tool_use_v0";
const LARGEST_FILE = 64 * 2 ** 20;

/** What the person has chosen on the Evaluate page; kept while other pages are open. */
class Setup {
  model = $state("nano");
  /** What runs it; null, or one that it has not: its own choice. */
  runtime = $state<RuntimeId | null>(null);
  dataset = $state.raw<Dataset | null>(null);
  datasetFailure = $state.raw<Failure | null>(null);
  datasetLoading = $state(false);
  split = $state<RunConfig["split"]>("test");
  samples = $state<number | null>(12);
  arms = $state<Arm[]>(["free"]);
  tools = $state<string[]>([...DEFAULT_TOOLS]);
  temperature = $state(0);
  topP = $state(1);
  /** null: from all. */
  topK = $state<number | null>(null);
  constrainCalls = $state(false);
  seed = $state(0);
  maxTokens = $state(256);
  maxSteps = $state(6);
  /** Percent of calls that each fault is put into. */
  faults = $state<Record<Fault, number | null>>({ timeout: null, error: null, wrong: null, slow: null });
  /** What the dataset's labels call for. */
  private suggested: string[] = [...DEFAULT_TOOLS];
  /** How many datasets were asked for. */
  private asked = 0;
  readonly search = new SearchChoice();
  readonly adapter = new AdapterChoice();
  readonly remote = new RemoteChoice();
  device = $state<Device | "auto">("auto");
  dtype = $state<Dtype | "auto">("auto");

  /** What the chosen model is; nano where it was removed meanwhile. */
  readonly builds = $derived(listBuilds(models.find(this.model) ? this.model : "nano"));
  readonly spec = $derived(this.builds.find(({ runtime }) => runtime === this.runtime) ?? getModel(this.builds[0]!.id));
  readonly splits = $derived(countSplits(this.dataset));
  /** Samples in the chosen split. */
  readonly available = $derived(this.splits[this.split]);
  readonly planned = $derived(Math.min(this.samples ?? this.available, this.available));
  /** The one reason why a run cannot begin, or null. */
  readonly obstacle = $derived(this.findObstacle());

  config(): RunConfig {
    const { split, temperature, topP, maxTokens, maxSteps, seed, device, dtype } = this;
    const model = this.spec.id;
    const limit = this.planned < this.available ? this.planned : null;
    const { runtime } = this.spec;
    const elsewhere = runtime === "scripted" || runtime === "remote";
    return {
      model,
      runtime,
      device: elsewhere ? "auto" : device,
      dtype: elsewhere ? "auto" : dtype,
      dataset: this.dataset?.name ?? BUILT_IN,
      split,
      limit,
      arms: [...this.arms],
      tools: [...this.tools],
      temperature,
      topP,
      ...(this.topK && temperature > 0 ? { topK: this.topK } : {}),
      ...(this.constrainCalls && !elsewhere ? { constrainCalls: true as const } : {}),
      maxTokens,
      maxSteps,
      seed,
      repeats: 1,
      ...this.faultSpec(),
      ...this.search.config(this.tools),
      ...this.adapter.config(model),
      ...(runtime === "remote" && this.remote.config()),
      ...this.own(),
    };
  }

  /** Chooses a model as another page shows it. */
  choose(model: string, runtime: RuntimeId | null = null, dtype: Dtype | "auto" = "auto"): void {
    [this.model, this.runtime, this.dtype] = [model, runtime, dtype];
  }

  private own(): Pick<RunConfig, "userTools"> {
    const userTools = ownTools.among(this.tools);
    return userTools.length > 0 ? { userTools } : {};
  }

  private faultSpec(): Pick<RunConfig, "faults"> {
    const given = Object.entries(this.faults).filter(([, percent]) => percent);
    return given.length > 0 ? { faults: given.map(([fault, percent]) => `${fault}=${percent! / 100}`).join(",") } : {};
  }

  /** Loads a dataset that comes with the app. */
  async useBuiltIn(name = BUILT_IN): Promise<void> {
    if (!(await this.take(async () => (await data()).loadDataset(name)))) return;
    if (this.splits.test > 0) this.split = "test";
  }

  /** Reads a dataset from a file of the person's; it is kept in this browser so that its runs can be continued. */
  async useFile(file: File): Promise<void> {
    const taken = await this.take(async () => {
      if (file.size > LARGEST_FILE)
        throw new UserError(`${file.name} is larger than 64 MiB: split it into smaller files.`);
      const text = await file.text();
      const samples = (await data()).parseDataset(text, file.name);
      const dataset = { name: file.name, version: "file", sha256: await sha256(text), samples };
      await (await store()).saveDataset(dataset);
      return dataset;
    });
    if (taken && this.available === 0) this.split = "all";
  }

  /** Chooses a dataset by its name and hash, wherever it lies. */
  async useKept(name: string, sha256: string): Promise<void> {
    const taken = await this.take(() => findDataset(name, sha256));
    if (taken && this.available === 0) this.split = this.splits.test > 0 ? "test" : "all";
  }

  /** Whether the dataset came and is the one asked for last: an earlier one that loads longer changes nothing. */
  private async take(load: () => Promise<Dataset>): Promise<boolean> {
    const turn = ++this.asked;
    this.datasetLoading = true;
    this.datasetFailure = null;
    try {
      const dataset = await load();
      const suggested = (await data()).toolsIn(dataset.samples);
      if (turn !== this.asked) return false;
      // A choice of the person's own stays.
      if (this.tools.join() === this.suggested.join()) this.tools = [...suggested];
      this.suggested = suggested;
      this.dataset = dataset;
      return true;
    } catch (error) {
      if (turn === this.asked) this.datasetFailure = failureOf(error);
      return false;
    } finally {
      if (turn === this.asked) this.datasetLoading = false;
    }
  }

  private findObstacle(): string | null {
    const unsupported = sandboxSupport();
    if (unsupported) return unsupported;
    if (this.datasetLoading) return "The dataset is still loading.";
    if (!this.dataset) return "Choose a dataset first.";
    if (this.available === 0) return `The split "${this.split}" of ${this.dataset.name} is empty: choose another one.`;
    if (this.samples !== null && !(Number.isInteger(this.samples) && this.samples >= 1))
      return "Ask for at least one sample.";
    if (this.arms.length === 0) return "Choose at least one arm.";
    const remote = this.spec.runtime === "remote" ? this.remote.obstacle(this.arms) : null;
    if (remote) return remote;
    if (this.tools.length === 0) return "Choose at least one tool.";
    if (this.tools.includes("web_search") && this.search.obstacle) return this.search.obstacle;
    if (!(this.temperature >= 0 && this.temperature <= 5)) return "The temperature lies between 0 and 5.";
    if (!(this.topP > 0 && this.topP <= 1)) return "Top-p lies above 0 and is at most 1.";
    if (this.topK !== null && !(Number.isInteger(this.topK) && this.topK >= 1))
      return "Top-k is a whole number from 1, or empty.";
    if (!Number.isSafeInteger(this.seed)) return "The seed is a whole number.";
    if (!(Number.isInteger(this.maxTokens) && this.maxTokens >= 1)) return "Allow at least one token per turn.";
    if (!(Number.isInteger(this.maxSteps) && this.maxSteps >= 1)) return "Allow at least one turn.";
    const percents = Object.values(this.faults).map((percent) => percent ?? 0);
    if (percents.some((percent) => !(percent >= 0)) || percents.reduce((sum, percent) => sum + percent, 0) > 100)
      return "Faults are from 0 to 100 %, all together.";
    return null;
  }
}

function countSplits(dataset: Dataset | null): Record<RunConfig["split"], number> {
  const counts = { train: 0, validation: 0, test: 0, test_tools: 0, all: dataset?.samples.length ?? 0 };
  for (const sample of dataset?.samples ?? []) if (sample.split) counts[sample.split]++;
  return counts;
}

export const setup = new Setup();
