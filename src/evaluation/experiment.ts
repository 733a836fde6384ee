import {
  messageOf,
  UserError,
  type LoadProgress,
  type LoadedModel,
  type ModelSpec,
  type RemoteAccess,
  type Run,
  type RunConfig,
  type SearchRecord,
} from "../protocol/index.ts";
import { loadDataset, type Dataset } from "../data/index.ts";
import { isScripted, loadModel, loadScripted } from "../models/index.ts";
import { PythonSandbox } from "../sandbox/index.ts";
import { createDefaultTools, type SearchProvider, type ToolRegistry } from "../tools/index.ts";
import { graderWith } from "./algebra.ts";
import { validateConfig, validateTools } from "./config.ts";
import { evaluate, type EvaluateOptions } from "./evaluate.ts";
import { searchOf } from "./records.ts";
import { selectSamples } from "./select.ts";
import { addUserTools } from "./user-tools.ts";

export interface ExperimentOptions extends Pick<
  EvaluateOptions,
  "adapter" | "alone" | "costs" | "done" | "latencySamples" | "signal" | "onEvent" | "onText" | "onResult"
> {
  /** The dataset itself; without it the one that `config.dataset` names is fetched. */
  dataset?: Dataset;
  /** The run to continue: its identity and results are kept, and only what is missing is run. */
  previous?: Run;
  /** A loaded model, which stays the caller's to dispose; without it `config.model` is loaded and disposed here. */
  model?: LoadedModel;
  /** Tools, which stay the caller's, and with them where they search; by default our own, with a sandbox of their own. */
  tools?: ToolRegistry;
  /** How the server of a `remote` run is asked, its key above all: in no configuration and no run. */
  access?: RemoteAccess;
  /** What an earlier run's live searches found: `web_search` answers from this and asks nobody. See `searchRecords`. */
  records?: readonly SearchRecord[];
  /** What is being prepared, in a few words; empty when samples begin. `progress` while a model loads. */
  onStage?(stage: string, progress?: LoadProgress): void;
}

/** What a run needs beside its configuration. */
interface Opened {
  dataset: Dataset;
  tools: ToolRegistry;
  model: LoadedModel;
}

/** How often a model that was lost is loaded again, as long as each time some samples were done. */
const MOST_RELOADS = 3;

/**
 * Runs an experiment from its configuration alone: dataset, model, sandbox, tools, then `evaluate`. The page, the
 * command line and a share link all come through here. A model that is lost on the way (its GPU, its worker) is loaded
 * again and the run goes on; where that does not help, the run is `failed`, with what was done. UserError where the
 * configuration cannot be run.
 */
export async function runExperiment(config: RunConfig, options: ExperimentOptions = {}): Promise<Run> {
  let run = await runOnce(config, options);
  // A server was asked several times before it was given up.
  const canReload = !options.model && config.runtime !== "remote";
  for (let reloads = 0; run.status === "failed" && canReload && reloads < MOST_RELOADS; reloads++) {
    options.onStage?.(run.error ?? "");
    const before = run;
    try {
      run = await runOnce(config, { ...options, previous: before });
    } catch (error) {
      // What was done must not be lost because the model cannot be had again.
      return { ...before, error: `${before.error ?? ""} ${messageOf(error)}`.trim() };
    }
    if (run.results.length === before.results.length) break;
  }
  return run;
}

function runOnce(config: RunConfig, options: ExperimentOptions): Promise<Run> {
  const { previous } = options;
  return withOpened(config, options, config.adapter !== undefined, ({ dataset, tools, model }) =>
    evaluate({
      ...options,
      config,
      dataset,
      model,
      tools,
      grade: graderWith(tools),
      done: previous?.results ?? options.done ?? [],
      ...(previous && { id: previous.id, created: previous.created }),
      ...(previous?.costs && { costs: previous.costs }),
    }),
  );
}

/**
 * Opens what a configuration needs, the model with room for adapters or without, does the work, and closes what was not
 * given. UserError where the configuration cannot be run, or is not what the previous run began with.
 */
export async function withOpened<T>(
  config: RunConfig,
  options: ExperimentOptions,
  room: boolean,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { previous, onStage = () => {} } = options;
  const spec = validateConfig(config);
  const closing: (() => void | Promise<void>)[] = [];
  try {
    if (!options.dataset) onStage("Loading the dataset");
    const dataset = options.dataset ?? (await loadDataset(config.dataset));
    selectSamples(dataset.samples, config);
    if (previous) expectSame("dataset", dataset.name, dataset.sha256, previous.dataset.sha256);

    const tools = options.tools ?? (await openTools(config, onStage, closing, searchOf(config, options.records)));
    validateTools(
      config.tools,
      tools.list().map((tool) => tool.name),
    );

    onStage(`Loading ${spec.title}`);
    const model = options.model ?? (await openModel(spec, config, dataset, options, room));
    if (!options.model) closing.push(() => model.dispose());
    if (previous) expectSame("model", spec.id, model.sha256, previous.model.sha256);
    if (previous && model.device !== previous.model.device) {
      throw new UserError(
        `The run began on ${previous.model.device}, and ${spec.title} runs on ${model.device} now, which gives other last bits: start a new run.`,
      );
    }

    onStage("");
    return await work({ dataset, tools, model });
  } finally {
    for (const close of closing) await close();
  }
}

/** Loads a configuration's model, with room for adapters or without. */
async function openModel(
  spec: ModelSpec,
  config: RunConfig,
  dataset: Dataset,
  { access = {}, previous, signal, onStage }: ExperimentOptions,
  room: boolean,
): Promise<LoadedModel> {
  if (isScripted(spec.id)) return loadScripted(spec.id, dataset.samples, config.seed);
  // A run goes on where it began, wherever that was.
  const { device: before, dtype } = previous?.model ?? {};
  const device = config.device === "auto" ? spec.defaultDevice : config.device;
  return loadModel(spec, {
    device: before && before !== "none" ? before : device,
    dtype: dtype && dtype !== "none" ? dtype : config.dtype,
    adapters: room,
    onProgress: (progress) => onStage?.(`Loading ${spec.title}`, progress),
    ...(config.endpoint && { remote: { endpoint: config.endpoint, access } }),
    ...(signal && { signal }),
  });
}

/** A configuration's tools, with a sandbox of their own; what closes them goes into `closing`. */
async function openTools(
  config: RunConfig,
  onStage: (stage: string) => void,
  closing: (() => void)[],
  search: SearchProvider | undefined,
): Promise<ToolRegistry> {
  onStage("Starting the Python sandbox");
  const sandbox = new PythonSandbox();
  closing.push(() => sandbox.dispose());
  await sandbox.ready();
  const tools = createDefaultTools(sandbox, { ...(search && { search }) });
  closing.push(addUserTools(tools, config, sandbox));
  return tools;
}

/** A run is continued only with the very same bytes: other answers must not be mixed into it. */
function expectSame(what: string, name: string, found: string, wanted: string): void {
  if (found === wanted) return;
  throw new UserError(
    `The ${what} ${name} is not the one that this run began with (sha256 ${found.slice(0, 12)}… instead of ${wanted.slice(0, 12)}…): start a new run.`,
  );
}
