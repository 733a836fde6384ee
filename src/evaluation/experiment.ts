import {
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

/**
 * Runs an experiment from its configuration alone: dataset, model, sandbox, tools, then `evaluate`. The page, the
 * command line and a share link all come through here. UserError where the configuration cannot be run.
 */
export async function runExperiment(config: RunConfig, options: ExperimentOptions = {}): Promise<Run> {
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
    const room = config.adapter !== undefined;
    const model = options.model ?? (await openModel(spec, config, dataset, options, room));
    if (!options.model) closing.push(() => model.dispose());
    if (previous) expectSame("model", spec.id, model.sha256, previous.model.sha256);

    onStage("");
    return await evaluate({
      ...options,
      config,
      dataset,
      model,
      tools,
      grade: graderWith(tools),
      done: previous?.results ?? options.done ?? [],
      ...(previous && { id: previous.id, created: previous.created }),
      ...(previous?.costs && { costs: previous.costs }),
    });
  } finally {
    for (const close of closing) await close();
  }
}

/** Loads a configuration's model, with room for adapters or without. */
export async function openModel(
  spec: ModelSpec,
  config: RunConfig,
  dataset: Dataset,
  { access = {}, signal, onStage }: ExperimentOptions,
  room: boolean,
): Promise<LoadedModel> {
  if (isScripted(spec.id)) return loadScripted(spec.id, dataset.samples, config.seed);
  const device = config.device === "auto" ? spec.defaultDevice : config.device;
  return loadModel(spec, {
    device,
    dtype: config.dtype,
    adapters: room,
    onProgress: (progress) => onStage?.(`Loading ${spec.title}`, progress),
    ...(config.endpoint && { remote: { endpoint: config.endpoint, access } }),
    ...(signal && { signal }),
  });
}

/** A configuration's tools, with a sandbox of their own; what closes them goes into `closing`. */
export async function openTools(
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
