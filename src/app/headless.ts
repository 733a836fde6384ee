import { loadDataset, parseDataset, type Dataset, type SetName } from "../data/index.ts";
import {
  goldResults,
  plots,
  runSideBySide,
  SyntheticDataGenerator,
  validateConfig,
  type Side,
} from "../evaluation/index.ts";
import {
  fromBase64,
  messageOf,
  sha256,
  UserError,
  type AdapterOrder,
  type DatasetFile,
  type ExecResult,
  type HeadlessApi,
  type Reply,
} from "../protocol/index.ts";
import { openAdapter } from "../models/index.ts";
import { PythonSandbox } from "../sandbox/index.ts";
import { createDefaultTools } from "../tools/index.ts";

const tell = (kind: string, value: unknown) => void window.agentcoderTell?.(kind, value);

async function reply<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (error instanceof UserError) return { error: error.message };
    return { error: messageOf(error), defect: (error instanceof Error && error.stack) || messageOf(error) };
  }
}

const stopping = new AbortController();

let goldRunner: ReturnType<typeof goldResults> | undefined;
/** With a sandbox that ends with the page. */
const openTools = () => createDefaultTools(new PythonSandbox());

async function fromFile({ name, text }: DatasetFile): Promise<Dataset> {
  return { name, version: "file", sha256: await sha256(text), samples: parseDataset(text, name) };
}

async function sideOf(order: AdapterOrder, model: string): Promise<Side> {
  if (!order) return { adapter: null, scale: 1 };
  const [config, weights] = [fromBase64(order.config), fromBase64(order.weights)];
  if (!config || !weights) throw new Error("The adapter's files did not cross whole.");
  const files = { "adapter_config.json": config, "adapter_model.safetensors": weights };
  return { adapter: await openAdapter(files, order.name, model), scale: order.scale };
}

const api: HeadlessApi = {
  /**
   * Runs an experiment, or the same one with several adapters in one pass; tells `stage` and `result`. With `wantPlots`, the
   * plots come along as SVG texts.
   */
  baseline: (config, options = {}) =>
    reply(async () => {
      validateConfig(config);
      tell("stage", { stage: "Loading the dataset" });
      const dataset = options.file ? await fromFile(options.file) : await loadDataset(config.dataset);
      const sides = await Promise.all((options.sides ?? [null]).map((order) => sideOf(order, config.model)));
      const runs = await runSideBySide(config, sides, {
        dataset,
        ...(options.costs && { costs: options.costs }),
        ...(options.access && { access: options.access }),
        ...(options.records && { records: options.records }),
        ...(options.latencySamples !== undefined && { latencySamples: options.latencySamples }),
        signal: stopping.signal,
        onStage: (stage, progress) => tell("stage", { stage, progress }),
        onResult: (result, progress) => tell("result", { result, progress }),
      });
      return runs.map((run) => ({ run, plots: options.wantPlots ? plots(run, dataset.samples) : {} }));
    }),

  /** Runs programs, each in a fresh interpreter, as many at a time as the sandbox allows; tells `row`; results in the rows' order. */
  exec: (rows) =>
    reply(async (): Promise<ExecResult[]> => {
      const sandbox = new PythonSandbox();
      let done = 0;
      try {
        return await Promise.all(
          rows.map(async ({ id, code, ...limits }) => {
            const result = await sandbox.execute(code, { ...limits, signal: stopping.signal });
            tell("row", { done: ++done, total: rows.length });
            return { ...(id !== undefined && { id }), ...result };
          }),
        );
      } finally {
        sandbox.dispose();
      }
    }),

  /** Generates samples, their ground truth computed in the sandbox; JSON lines. */
  generate: (order) =>
    reply(async (): Promise<string> => {
      const { seed, set, ...rest } = order;
      const generator = new SyntheticDataGenerator({
        seed,
        ...(set !== undefined && { set: set as SetName }),
        signal: stopping.signal,
      });
      await generator.generate(rest as Parameters<typeof generator.generate>[0]);
      return generator.save();
    }),

  /** Runs gold calls for conversations to train on. */
  callGold: (sample, calls) =>
    reply(async () => (goldRunner ??= goldResults(openTools(), stopping.signal))(sample, calls)),

  /** Measures; tells each `stage`. */
  bench: (name, { model, dtype, samples }) =>
    reply(async () => {
      const said = (stage: string) => tell("stage", { stage });
      if (name === "eval") return (await import("./benches/eval.ts")).benchEval(model, dtype, said);
      if (name === "scale") return (await import("./benches/scale.ts")).benchScale(model, samples, said);
      if (name === "adapter") return (await import("./benches/adapter.ts")).benchAdapter(model, said);
      return (await import("./benches/sandbox.ts")).benchSandbox(said);
    }),

  stop: () => stopping.abort(),
};

window.agentcoder = api;
