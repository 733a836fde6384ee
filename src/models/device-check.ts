import {
  messageOf,
  UserError,
  type Device,
  type DeviceReport,
  type Inspection,
  type LoadedModel,
  type LoadProgress,
  type ModelSpec,
} from "../protocol/index.ts";
import { renderPrompt } from "./formats/index.ts";
import { loadModel } from "./load.ts";

const QUESTIONS = [
  "What is 48213 times 9127?",
  "Hey, what is 3 + 4?",
  "Name the last in, first out structure.",
  "Write a function that reverses a string.",
  "Is 91 a prime number?",
  "Which of 12, 7 and 31 is the largest?",
  "Sort the words pear, apple and fig by their length.",
  "What does the keyword yield do in Python?",
];
/** Least top-1 agreement that counts as right: with the same weights, and with weights that were rounded in other ways. */
const LEAST = { same: 0.97, other: 0.85 };

export interface DeviceCheckOptions {
  /** What is computed; by default eight questions in the model's prompt format. */
  texts?: readonly string[];
  onStage?(stage: string, progress?: LoadProgress): void;
  signal?: AbortSignal;
}

/**
 * Whether WebGPU computes what WASM computes: the likeliest next token and its logits at every position of the same texts,
 * first on WASM, then on WebGPU. GPU drivers are known to be silently wrong; a model that they get wrong is told, not
 * trusted. UserError: the model does not run on both, or WASM cannot load it. A GPU that fails is a report, not an error.
 */
export async function checkDevice(spec: ModelSpec, options: DeviceCheckOptions = {}): Promise<DeviceReport> {
  if (spec.dtypes.wasm.length === 0 || spec.dtypes.webgpu.length === 0) {
    throw new UserError(`${spec.title} runs on one device only: there is nothing to compare.`);
  }
  const asked = QUESTIONS.map((content) => renderPrompt(spec.promptFormat, [{ role: "user", content }], []));
  const texts = options.texts ?? asked;
  const shared = spec.dtypes.webgpu.find((dtype) => dtype === spec.dtypes.wasm[0]);
  const on = async (device: Device, wanted?: number[][][]) => {
    const name = device === "wasm" ? "WASM" : "WebGPU";
    options.onStage?.(`Loading ${spec.title} on ${name}`);
    const model = await loadModel(spec, {
      device,
      dtype: shared ?? "auto",
      onProgress: (progress) => options.onStage?.(`Loading ${spec.title} on ${name}`, progress),
      ...(options.signal && { signal: options.signal }),
    });
    try {
      options.onStage?.(`Computing on ${name}`);
      return { dtype: model.dtype, found: await inspectWith(model, texts, wanted, options.signal) };
    } finally {
      await model.dispose();
    }
  };
  const reference = await on("wasm");
  const wanted = reference.found.map(({ ids }) => ids);
  let other: Awaited<ReturnType<typeof on>>;
  try {
    other = await on("webgpu", wanted);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { verdict: "failed", reason: messageOf(error) };
  }
  const compared = compare(reference.found, other.found);
  const least = reference.dtype === other.dtype ? LEAST.same : LEAST.other;
  return {
    verdict: compared.agreement >= least ? "agrees" : "differs",
    ...compared,
    least,
    dtypes: { wasm: reference.dtype, webgpu: other.dtype },
  };
}

async function inspectWith(
  model: LoadedModel,
  texts: readonly string[],
  wanted: number[][][] | undefined,
  signal: AbortSignal | undefined,
): Promise<Inspection[]> {
  if (!model.inspect) throw new UserError(`${model.spec.title} does not show its logits on its runtime.`);
  return model.inspect([...texts], { ...(wanted && { wanted }), ...(signal && { signal }) });
}

/** Top-1 agreement over all positions, and how far the logits of the reference's likeliest tokens lie apart. */
function compare(reference: readonly Inspection[], other: readonly Inspection[]) {
  const errors: number[] = [];
  let [same, positions] = [0, 0];
  for (const [place, { best, logits }] of reference.entries()) {
    for (const [position, id] of best.entries()) {
      positions++;
      if (other[place]?.best[position] === id) same++;
      logits[position]!.forEach((value, i) => {
        const error = Math.abs(value - (other[place]?.logits[position]?.[i] ?? NaN));
        // A number that is none is as wrong as can be.
        errors.push(Number.isNaN(error) ? Infinity : error);
      });
    }
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
  return { agreement: same / Math.max(1, positions), positions, meanError: mean, maxError: Math.max(0, ...errors) };
}
