import { UserError, type Adapter } from "../../protocol/index.ts";
import { readSafetensors, type StoredTensor } from "./safetensors.ts";
import { MODULES, type DecoderShape, type Module } from "./shape.ts";

/** What an adapter adds to one matrix: x @ a @ b, with its scaling (alpha / rank) in b. */
interface LoraMatrix {
  layer: number;
  module: Module;
  rank: number;
  /** [inputs, rank] */
  a: Float32Array<ArrayBuffer>;
  /** [rank, outputs] */
  b: Float32Array<ArrayBuffer>;
}

/** An adapter as the graph takes it. */
export interface Lora {
  sha256: string;
  /** The largest rank of its matrices. */
  rank: number;
  matrices: LoraMatrix[];
}

/** Settings of PEFT's LoraConfig (https://huggingface.co/docs/peft) that change more than these matrices, and why not. */
const REFUSED: [field: string, refuses: (value: unknown) => boolean, reason: string][] = [
  ["use_dora", Boolean, "is a DoRA adapter, which also rescales the model's own weights"],
  ["bias", (value) => value !== undefined && value !== "none", "also changes biases"],
  ["lora_bias", Boolean, "also adds biases"],
  ["modules_to_save", isFilled, "also replaces whole modules of the model"],
  ["trainable_token_indices", isFilled, "also changes the embeddings of tokens"],
  ["target_parameters", isFilled, "also changes parameters that are no linear layers"],
  ["alora_invocation_tokens", isFilled, "works only after certain tokens"],
  ["use_qalora", Boolean, "is a QALoRA adapter"],
  ["fan_in_fan_out", Boolean, "is for matrices that are stored the other way round"],
  [
    "init_lora_weights",
    (value) => typeof value === "string" && /^(pissa|olora|corda|loftq|lora_ga)/i.test(value),
    "was started from changed weights of the model",
  ],
];

const TENSOR = /(?:^|\.)layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)\.lora_([AB])(?:\.default)?\.weight$/;

/**
 * Reads a PEFT adapter for a model of this shape: LoRA (https://arxiv.org/abs/2106.09685) and rsLoRA
 * (https://arxiv.org/abs/2312.03732), all linear layers or some, one rank or several. UserError: another kind of adapter,
 * or one that does not fit, in one sentence that says why.
 */
export function readLora(adapter: Adapter, shape: DecoderShape): Lora {
  const { name, config } = adapter;
  const refuse = (reason: string): never => {
    throw new UserError(`The adapter ${name} cannot be used: it ${reason}.`);
  };
  if (String(config.peft_type ?? "LORA").toUpperCase() !== "LORA")
    refuse(`is of the type ${String(config.peft_type)}, not LoRA`);
  for (const [field, refuses, reason] of REFUSED) if (refuses(config[field])) refuse(`${reason} (${field})`);
  const tensors = readSafetensors(adapter.weights, `adapter_model.safetensors of the adapter ${name}`);
  const pairs = new Map<string, { A?: StoredTensor; B?: StoredTensor; layer: number; module: Module; key: string }>();
  for (const [key, tensor] of tensors) {
    const [, layer = "", module = "", side = "A"] =
      TENSOR.exec(key) ?? refuse(`has the tensor ${key}, which is no LoRA matrix`);
    if (!isModule(module)) refuse(`changes ${module}, which this model does not have`);
    const pair = pairs.get(`${layer}.${module}`) ?? { layer: Number(layer), module: module as Module, key };
    pairs.set(`${layer}.${module}`, { ...pair, [side]: tensor });
  }
  if (pairs.size === 0) refuse("has no matrices");
  const matrices = [...pairs.values()].map(({ A, B, layer, module, key }): LoraMatrix => {
    const place = `layer ${layer}, ${module}`;
    if (!A || !B) return refuse(`lacks one of its two matrices in ${place}`);
    if (layer >= shape.layers)
      refuse(`changes layer ${layer} (of 0 to ${shape.layers - 1}), so it was trained on another model`);
    const [inputs, outputs] = shape.sizes[module];
    const [rank = 0] = A.shape;
    if (rank < 1 || B.shape[1] !== rank) refuse(`has matrices of different ranks in ${place}`);
    if (A.shape[1] !== inputs || B.shape[0] !== outputs) {
      refuse(
        `maps ${A.shape[1]} to ${B.shape[0]} numbers in ${place}, where this model maps ${inputs} to ${outputs}: it was trained on another model`,
      );
    }
    if (![A, B].every(({ values }) => values.every(Number.isFinite)))
      refuse(`has values that are no numbers in ${place}`);
    return {
      layer,
      module,
      rank,
      a: transposed(A.values, rank, inputs, 1),
      b: transposed(B.values, outputs, rank, scaling(config, key, rank, refuse)),
    };
  });
  return { sha256: adapter.sha256, rank: Math.max(...matrices.map(({ rank }) => rank)), matrices };
}

/** alpha / rank, or alpha / sqrt(rank) for rsLoRA; a pattern may give some modules an alpha of their own. */
function scaling(
  config: Record<string, unknown>,
  key: string,
  rank: number,
  refuse: (reason: string) => never,
): number {
  const patterns = Object.entries((config.alpha_pattern ?? {}) as Record<string, unknown>);
  const module = key.slice(0, key.search(/\.lora_[AB]/));
  const [, own] =
    patterns.find(([pattern]) => matches(pattern, module) ?? refuse(`has a broken alpha_pattern (${pattern})`)) ?? [];
  const alpha = own ?? config.lora_alpha;
  if (typeof alpha !== "number") return refuse("has no lora_alpha in adapter_config.json");
  return config.use_rslora ? alpha / Math.sqrt(rank) : alpha / rank;
}

/** As PEFT matches its patterns: the last parts of a module's name. null: it is no regular expression. */
function matches(pattern: string, module: string): boolean | null {
  try {
    return new RegExp(`(?:^|\\.)(?:${pattern})$`).test(module);
  } catch {
    return null;
  }
}

/** A matrix [rows, columns] turned, each value times `factor`. */
function transposed(values: Float32Array, rows: number, columns: number, factor: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]! * factor;
  }
  return turned;
}

function isModule(name: string): name is Module {
  return (MODULES as readonly string[]).includes(name);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== false;
}
