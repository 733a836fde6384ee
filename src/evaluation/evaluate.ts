import {
  Breath,
  ARMS,
  hash32,
  messageOf,
  ranAlone,
  UserError,
  type Adapter,
  type AdapterUse,
  type Arm,
  type Environment,
  type LoadedModel,
  type Run,
  type RunConfig,
  type Sample,
  type SampleResult,
  type Transcript,
  type TranscriptEvent,
} from "../protocol/index.ts";
import { generateWithTools, type AgentResult, type Toolbox } from "../agent/index.ts";
import type { Dataset } from "../data/index.ts";
import { parseFaults } from "../tools/index.ts";
import { validateAbilities, validateConfig } from "./config.ts";
import { digestOf } from "./digest.ts";
import { currentEnvironment } from "./environment.ts";
import { computeMetrics, headline } from "./metrics.ts";
import { pool, spread } from "./pool.ts";
import { scoreSample } from "./score.ts";
import type { Grader } from "./scorers/index.ts";
import { toolsFor } from "./sample-tools.ts";
import { selectSamples } from "./select.ts";
import { computeSlices } from "./slices.ts";

export interface Progress {
  done: number;
  total: number;
  /** Seconds that the rest will take at this session's pace; null before the first result. */
  secondsLeft: number | null;
  /** Saves the run as it stands, so that a closed tab loses at most the sample under way. */
  save(store: { saveRun(run: Run): Promise<unknown> }): Promise<void>;
}

export interface EvaluateOptions {
  config: RunConfig;
  dataset: Dataset;
  model: LoadedModel;
  tools: Toolbox;
  /** What grading needs from outside; without it expressions are compared as text. */
  grade?: Grader;
  /** Results of an earlier, cut-off run of the same configuration: they are kept and not run again. */
  done?: readonly SampleResult[];
  /** Identity of the run that is continued. */
  id?: string;
  created?: string;
  /** The adapter that the configuration names; needed where it names one. */
  adapter?: Adapter;
  /** How many samples run one at a time at the end, for their latency, where the model decodes several together; 8. */
  latencySamples?: number;
  /** Waits until the model is this run's alone, where others run beside it; see `runSideBySide`. */
  alone?<T>(work: () => Promise<T>): Promise<T>;
  /** What a call costs, by tool, in a unit of the user's: only ever added up. */
  costs?: Run["costs"];
  signal?: AbortSignal;
  onEvent?(sampleId: string, event: TranscriptEvent): void;
  onText?(sampleId: string, delta: string): void;
  onResult?(result: SampleResult, progress: Progress): void;
}

interface Item {
  sample: Sample;
  arm: Arm;
  repeat: number;
}

/** Samples that run one at a time where the model could take more: latency is measured on them. */
const LATENCY_SAMPLES = 8;
/** Errors after which no sample can be run any more. */
const LOST = ["DeviceLostError", "ServerLostError"];

/**
 * Runs every sample in every arm and scores what came of it: as many at a time as the model decodes together, then a few
 * one at a time. What a model does wrong is data: a failed sample is kept with its error and the run goes on.
 * Cancelled: what was done is kept, the samples under way are dropped.
 * A lost device or server ends the run as `failed`, with what was done. Rejects only for a configuration that cannot be run.
 */
export async function evaluate(options: EvaluateOptions): Promise<Run> {
  const { config, model, adapter } = options;
  validateConfig(config);
  validateAbilities(config, model);
  if (!config.adapter) return evaluateWith(options);
  const adapted = await openAdapted(model, adapter, config.adapter);
  try {
    return await evaluateWith({ ...options, model: adapted });
  } finally {
    await adapted.dispose();
  }
}

async function openAdapted(model: LoadedModel, adapter: Adapter | undefined, use: AdapterUse): Promise<LoadedModel> {
  if (adapter?.sha256 !== use.sha256) {
    throw new UserError(
      `The run needs the adapter ${use.sha256.slice(0, 12)}…, which is not here: import it first, from whoever has it.`,
    );
  }
  if (!model.withAdapter) throw new UserError(`${model.spec.title} runs where no adapter can be loaded: run its base.`);
  return model.withAdapter(adapter, use.scale);
}

async function evaluateWith(options: EvaluateOptions): Promise<Run> {
  const { config, dataset, model, done = [], signal } = options;
  const samples = selectSamples(dataset.samples, config);
  const items = plan(samples, config);
  const results = new Map<string, SampleResult>();
  const planned = new Set(items.map(keyOf));
  for (const result of done) {
    const key = keyOf({ sample: { id: result.sample_id }, arm: result.arm, repeat: result.repeat });
    if (planned.has(key)) results.set(key, result);
  }
  const run = await begin(options, samples.length);
  const breath = new Breath();
  // In the plan's order, whatever was there before: a continued run equals an uninterrupted one.
  const ordered = () => items.flatMap((item) => results.get(keyOf(item)) ?? []);
  const snapshot = async (status: Run["status"]) => {
    const whole = { ...run, status, results: ordered() };
    // The page's thread is free between all pieces of a long run's end.
    if (status !== "running") await breath.take();
    return finish(whole, samples);
  };
  const pace = new Pace(items.length - results.size);

  let lost: string | null = null;
  const runItem = async (item: Item, together: number): Promise<boolean> => {
    if (signal?.aborted) return false;
    const outcome = await attempt(item, options);
    if (outcome === "cancelled") return false;
    if ("lost" in outcome) {
      lost = outcome.lost;
      return false;
    }
    const result = { ...outcome, pace: { seconds: pace.step(), together } };
    results.set(keyOf(item), result);
    options.onResult?.(result, {
      done: results.size,
      total: items.length,
      secondsLeft: pace.secondsLeft(),
      save: async (store) => void (await store.saveRun(await snapshot("running"))),
    });
    if (breath.due()) await breath.take();
    return true;
  };
  const left = items.filter((item) => !results.has(keyOf(item)));
  const timed = Math.max(
    0,
    (options.latencySamples ?? LATENCY_SAMPLES) - [...results.values()].filter(ranAlone).length,
  );
  // While some wait for their tools, others keep the model busy. Live searches are asked and recorded one by one.
  const width = config.search === undefined ? Math.ceil(1.5 * ((model.width ?? 1) - 1)) + 1 : 1;
  const [alone, others] = width > 1 ? spread(left, timed) : [left, []];
  await pool(others, width, (item) => runItem(item, Math.min(width, others.length)));
  // At the end, when all code is warm.
  const { alone: byItself = (work) => work() } = options;
  await byItself(async () => {
    if (lost === null && !signal?.aborted) await pool(alone, 1, (item) => runItem(item, 1));
  });
  if (lost !== null) return { ...(await snapshot("failed")), error: lost };
  return snapshot(results.size < items.length ? "cancelled" : "complete");
}

/** Sample by sample; within a sample arm by arm, so that a cut-off run has whole samples. */
function plan(samples: readonly Sample[], { arms, repeats }: RunConfig): Item[] {
  const sorted = ARMS.filter((arm) => arms.includes(arm));
  return samples.flatMap((sample) =>
    sorted.flatMap((arm) => Array.from({ length: repeats }, (_, repeat) => ({ sample, arm, repeat }))),
  );
}

function keyOf({ sample, arm, repeat }: { sample: { id: string }; arm: Arm; repeat: number }): string {
  return `${arm} ${repeat} ${sample.id}`;
}

/** The seed of one sample: from its id, never its position, so its tokens are the same alone and inside any run. */
export function seedOf(seed: number, sampleId: string, arm: Arm, repeat: number): number {
  return hash32(`${seed}:${arm}:${repeat}:${sampleId}`);
}

async function attempt(item: Item, options: EvaluateOptions): Promise<SampleResult | "cancelled" | { lost: string }> {
  const { config, model, tools, signal, onEvent, onText } = options;
  const { sample, arm, repeat } = item;
  const transcript: Transcript = [];
  const note = (event: TranscriptEvent) => {
    transcript.push(event);
    onEvent?.(sample.id, event);
  };
  let answered: AgentResult | null = null;
  try {
    answered = await generateWithTools({
      model,
      ...toolsFor(sample, tools, config.tools),
      ...(sample.files && { files: sample.files }),
      prompt: sample.prompt,
      arm,
      maxSteps: config.maxSteps,
      maxTokens: config.maxTokens,
      temperature: config.temperature,
      topP: config.topP,
      ...(config.topK !== undefined && { topK: config.topK }),
      ...(config.constrainCalls && { constrainCalls: true }),
      seed: seedOf(config.seed, sample.id, arm, repeat),
      ...(config.faults !== undefined && { faults: parseFaults(config.faults) }),
      ...(signal && { signal }),
      onEvent: note,
      ...(onText && { onText: (delta: string) => onText(sample.id, delta) }),
    });
  } catch (error) {
    if (signal?.aborted) return "cancelled";
    if (error instanceof Error && LOST.includes(error.name)) return { lost: messageOf(error) };
    const step = transcript.filter((event) => event.type === "model").length;
    note({ type: "error", step, kind: "model_error", message: messageOf(error) });
  }
  if (signal?.aborted) return "cancelled";
  const answer = answered?.output ?? "";
  const scores = await scoreSample(sample, transcript, answer, options.grade);
  const { timing, usage } = answered ?? totals(transcript);
  return { sample_id: sample.id, arm, repeat, transcript, answer, scores, timing, usage };
}

/** Time and tokens of a sample whose model failed on the way. */
function totals(transcript: Transcript): Pick<SampleResult, "timing" | "usage"> {
  const timing = { totalMs: 0, firstTokenMs: 0 };
  const usage = { promptTokens: 0, completionTokens: 0 };
  for (const event of transcript) {
    if (event.type !== "model") continue;
    if (event.step === 0) timing.firstTokenMs = event.timing.firstTokenMs;
    timing.totalMs += event.timing.totalMs;
    usage.promptTokens += event.usage.promptTokens;
    usage.completionTokens += event.usage.completionTokens;
  }
  return { timing, usage };
}

async function begin(options: EvaluateOptions, n: number): Promise<Run> {
  const { config, dataset, model, adapter, costs } = options;
  const environment: Environment = await currentEnvironment(model);
  return {
    schema: 1,
    id: options.id ?? crypto.randomUUID(),
    created: options.created ?? new Date().toISOString(),
    status: "running",
    config,
    environment,
    dataset: { name: dataset.name, version: dataset.version, sha256: dataset.sha256, n },
    model: {
      id: model.spec.id,
      sha256: model.sha256,
      ...(model.revision !== undefined && { revision: model.revision }),
      runtime: model.spec.runtime,
      device: model.device,
      dtype: model.dtype,
      capabilities: model.capabilities,
    },
    adapter: config.adapter && adapter ? { sha256: adapter.sha256, name: adapter.name } : null,
    ...(costs && { costs }),
    results: [],
    metrics: {},
    slices: [],
    digest: null,
  };
}

/** The digest is a whole run's. Of a run under way only the headline is kept, as all intervals would stall the page. */
async function finish(run: Run, samples: readonly Sample[]): Promise<Run> {
  const brief = run.status === "running";
  return {
    ...run,
    metrics: brief ? headline(run.results) : await computeMetrics(run.results, samples, run.costs),
    slices: brief ? [] : await computeSlices(run.results, samples, run.costs),
    digest: run.status === "complete" ? await digestOf(run, run.results) : null,
  };
}

/** The time left at this session's pace. */
class Pace {
  private readonly start = performance.now();
  private last = this.start;
  private stepped = 0;
  /** Seconds a sample, the newest counting most: several at a time are faster than the first ones alone. */
  private recent: number | null = null;

  constructor(private readonly planned: number) {}

  /** Counts a sample that is done; gives the seconds since the one before. */
  step(): number {
    const now = performance.now();
    const seconds = (now - this.last) / 1000;
    this.last = now;
    this.stepped++;
    this.recent = this.recent === null ? seconds : 0.9 * this.recent + 0.1 * seconds;
    return seconds;
  }

  secondsLeft(): number {
    return (this.recent ?? 0) * (this.planned - this.stepped);
  }
}
