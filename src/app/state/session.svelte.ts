import type { LoadProgress, Run, RunConfig, SampleResult, SearchRecord } from "../../protocol/index.ts";
import type { Dataset } from "../../data/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { contentOf } from "./adapters.svelte.ts";
import { keys } from "./keys.svelte.ts";
import { evaluation } from "./library.ts";
import { Rows } from "./rows.ts";
import { Saver } from "./saver.ts";
import { byId, type SampleMap } from "./samples.ts";

export interface StartOptions {
  config: RunConfig;
  dataset: Dataset;
  /** The run to continue: its results are kept and only what is missing is run. */
  previous?: Run;
  /** What an earlier run's live searches found: searches answer from this and ask nobody. */
  records?: SearchRecord[];
}

const SAVE_EVERY_MS = 2000;
const SHOW_EVERY_MS = 120;

/** The run that is under way in this tab; at most one, and it goes on while other pages are open. */
class Session {
  active = $state(false);
  config = $state.raw<RunConfig | null>(null);
  /** What is being prepared, in a few words; empty once samples are running. */
  stage = $state("");
  loading = $state.raw<LoadProgress | null>(null);
  total = $state(0);
  done = $state(0);
  secondsLeft = $state<number | null>(null);
  results = $state.raw<SampleResult[]>([]);
  current = $state.raw<{ sample: string; text: string } | null>(null);
  cancelling = $state(false);
  failure = $state.raw<Failure | null>(null);
  samples = $state.raw<SampleMap>(byId());
  private saver = new Saver();
  private abort: AbortController | null = null;
  private rows = new Rows();
  private frame = 0;

  /** Runs to the end, saving as it goes. Resolves with the run, whole or cancelled; null when it could not begin. */
  async start({ config, dataset, previous, records }: StartOptions): Promise<Run | null> {
    if (this.active) return null;
    this.reset(config, dataset);
    const abort = (this.abort = new AbortController());
    try {
      const wanted = config.adapter;
      const adapter = wanted && (await contentOf(wanted.sha256, previous?.adapter?.name));
      const { runExperiment, selectSamples } = await evaluation();
      const saver = this.saver;
      const total = selectSamples(dataset.samples, config).length * config.arms.length * config.repeats;
      this.rows.begin({ done: previous?.results.length ?? 0, total, secondsLeft: null });
      let saved = performance.now();
      const run = await runExperiment(config, {
        dataset,
        ...(adapter && { adapter }),
        ...(config.endpoint && { access: keys.accessTo(config.endpoint.url) }),
        ...(previous && { previous }),
        ...(records && { records }),
        signal: abort.signal,
        onStage: (stage, progress) => this.tell(stage, progress),
        onText: (sampleId, delta) => this.rows.text(sampleId, delta),
        onResult: (result, progress) => {
          this.rows.add(result, progress);
          if (performance.now() - saved < SAVE_EVERY_MS) return;
          saved = performance.now();
          void progress.save({ saveRun: (run) => saver.save(run) });
        },
      });
      await saver.save(run);
      return run;
    } catch (error) {
      this.failure = failureOf(error);
      return null;
    } finally {
      this.show();
      clearInterval(this.frame);
      this.active = false;
      this.cancelling = false;
      this.abort = null;
    }
  }

  /** Stops after the sample under way is given up; what was done is kept. */
  cancel(): void {
    if (!this.active) return;
    this.cancelling = true;
    this.abort?.abort();
  }

  /** A run that could not be written to storage, by its id: it lasts as long as the page. */
  unsaved(id: string): Run | null {
    return this.saver.failed && this.saver.latest?.id === id ? this.saver.latest : null;
  }

  private reset(config: RunConfig, dataset: Dataset): void {
    this.active = true;
    this.config = config;
    this.stage = "Getting ready";
    this.loading = null;
    this.failure = null;
    this.rows = new Rows();
    this.saver = new Saver();
    this.samples = byId(dataset.samples);
    this.show();
    // What arrives is shown a few times a second, however fast the samples are: the page stays quick.
    this.frame = window.setInterval(() => this.show(), SHOW_EVERY_MS);
  }

  private tell(stage: string, progress?: LoadProgress): void {
    this.stage = stage;
    this.loading = progress ?? null;
  }

  private show(): void {
    const { results, current, done, total, secondsLeft } = this.rows.snapshot();
    this.results = results;
    this.current = current;
    this.done = done;
    this.total = total;
    this.secondsLeft = secondsLeft;
  }
}

export const session = new Session();
