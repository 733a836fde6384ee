import type { Device, Dtype, ModelSpec } from "../../protocol/index.ts";
import { adapterWeights, parametersOf } from "./parameters.ts";
import { largestMatrix, storedBytes } from "./storage.ts";

/** What a loaded model is predicted to hold, in bytes. */
export interface MemoryPrediction {
  /** As the device computes with them. */
  weights: number;
  /** Of one conversation as long as the context. */
  keysValues: number;
  /** What one pass over a piece of the prompt needs beside that. */
  activations: number;
  /** Of an adapter; 0 without one. */
  adapter: number;
  /** The files' bytes, where they stay claimed after loading: a WASM heap grows and never shrinks. */
  loading: number;
  total: number;
  /** The weights in their files. */
  download: number;
  /** The largest buffer on the GPU. */
  largestBuffer: number;
  /** Tokens that `keysValues` is for. */
  context: number;
}

interface PredictOptions {
  /** Rank of an adapter on all linear layers. */
  adapterRank?: number;
  /** The files' real size, once it is known. */
  downloadBytes?: number;
}

/** Tokens of a prompt that are computed at once. WebLLM's libraries are compiled for pieces of 1,024 (`cs1k`). */
const PIECE = { transformers: 512, wllama: 512, webllm: 1024, remote: 0, scripted: 0 };

/**
 * Predicts what a build takes in memory at a dtype on a device. null: its shape is not known, or it needs none here. The
 * terms are those of docs/models.md, which holds them against what was measured and what others publish.
 */
export function predictMemory(
  spec: ModelSpec,
  dtype: Dtype,
  device: Device,
  options: PredictOptions = {},
): MemoryPrediction | null {
  const { shape, runtime, context } = spec;
  if (!shape || runtime === "remote" || runtime === "scripted") return null;
  const download = options.downloadBytes ?? storedBytes(spec, dtype);
  const isOurs = spec.origin === "bundled" || spec.origin === "server";
  const widened = runtime === "transformers" && isOurs && (device === "wasm" || !dtype.startsWith("q4"));
  // Our graphs fold what is stored small to fp32 when they are opened; every other build computes on what is stored.
  const weights = widened ? 4 * parametersOf(shape) : download;
  const width = elementBytes(spec, dtype);
  // Keys and values: 2 · layers · kvHeads · headDim · tokens · bytes (Pope et al. 2022, arXiv 2211.05102, section 2.1).
  const keysValues = 2 * shape.layers * shape.kvHeads * shape.headDim * context * width;
  const activations = activationBytes(spec, device, width);
  // `A` and `B` of every matrix as fp32, the inputs of the graph.
  const adapter = options.adapterRank ? 4 * adapterWeights(shape, options.adapterRank) : 0;
  // A heap never shrinks. 8 bits become fp32 in three operations, each of which is folded to a copy of all weights: with
  // them SmolLM2 is predicted 13 % below what was measured once.
  const copies = widened && dtype === "q8" ? 3 * weights : 0;
  const loading = runtime === "transformers" && device === "wasm" ? download + copies : 0;
  return {
    weights,
    keysValues,
    activations,
    adapter,
    loading,
    total: weights + keysValues + activations + adapter + loading,
    download,
    largestBuffer: largestMatrix(spec, dtype),
    context,
  };
}

/** Bytes of a number in keys, values and activations. llama.cpp is told to keep keys and values in fp32, too. */
function elementBytes({ runtime }: ModelSpec, dtype: Dtype): number {
  const isHalf = dtype === "q4f16" || (runtime === "webllm" && dtype === "fp16");
  return isHalf ? 2 : 4;
}

/**
 * Buffers of one pass over T tokens: residual stream, queries and attention's output (4 · hidden) and the MLP's two rows
 * (2 · intermediate) in the arithmetic's width, and the logits in fp32. Logits of all T tokens, as WebLLM plans them,
 * llama.cpp reserves them and other people's graphs return them; ours take only the positions that are asked for. Ours on
 * WASM write attention's scores out: heads · T · context.
 */
function activationBytes(spec: ModelSpec, device: Device, width: number): number {
  const { hidden, intermediate, vocabulary, heads } = spec.shape!;
  const tokens = Math.min(PIECE[spec.runtime], spec.context);
  const isOurs = spec.origin === "bundled" || spec.origin === "server";
  const rows = tokens * (4 * hidden + 2 * intermediate) * width;
  const logits = 4 * vocabulary * (isOurs ? 16 : tokens);
  const scores = isOurs && device === "wasm" ? heads * tokens * spec.context * 4 : 0;
  return rows + logits + scores;
}
