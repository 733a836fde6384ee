import type { Dtype, ModelShape, ModelSpec } from "../../protocol/index.ts";
import { countWeights } from "./parameters.ts";

/** Bits of a weight in each part of a model, as a file holds it. */
interface Bits {
  table: number;
  head: number;
  body: number;
}

const uniform = (bits: number): Bits => ({ table: bits, head: bits, body: bits });

/** What our own converter writes (docs/models.md): q8 in blocks of 32 with two fp16 numbers, q4 with a scale and a zero point. */
const OURS: Record<Dtype, Bits> = {
  fp32: uniform(32),
  fp16: uniform(16),
  q8: uniform(9),
  // A quarter of the body (v_proj and down_proj) and the table are kept in 8 bits.
  q4: { table: 9, head: 9, body: 6.2 },
  q4f16: { table: 9, head: 9, body: 5.6 },
};

/**
 * Exports in transformers.js's layout: MatMulNBits in blocks of 32 with a scale in the arithmetic's own width; the embedding
 * stays a float table, and a tied vocabulary's matrix is stored a second time.
 */
const EXPORTED: Record<Dtype, Bits> = {
  fp32: uniform(32),
  fp16: uniform(16),
  q8: uniform(8),
  q4: { table: 32, head: 5, body: 5 },
  q4f16: { table: 16, head: 4.5, body: 4.5 },
};

/** MLC's group quantization (github.com/mlc-ai/mlc-llm): groups of 32 with a scale of 16 bits (q4f16_1) or 32 (q4f32_1). */
const MLC: Record<Dtype, Bits> = {
  fp32: uniform(32),
  fp16: uniform(16),
  q8: uniform(8.5),
  q4: uniform(5),
  q4f16: uniform(4.5),
};

/** Bytes of the weights in their files. 0 where the shape is not known. */
export function storedBytes(spec: ModelSpec, dtype: Dtype): number {
  const { shape } = spec;
  if (!shape) return 0;
  if (spec.runtime === "wllama") return ggufBytes(shape, dtype);
  const { table, head, body } = countWeights(shape);
  if (spec.runtime === "webllm") return bytesOf(MLC[dtype], table, head, body);
  const isOurs = spec.origin === "bundled" || spec.origin === "server";
  return isOurs ? bytesOf(OURS[dtype], table, head, body) : bytesOf(EXPORTED[dtype], table, head || table, body);
}

/**
 * GGUF (github.com/ggml-org/llama.cpp, llama-quant.cpp): Q8_0 has 8.5 bits a weight. Q4_K_M is a mixture: Q4_K with 4.5 bits,
 * Q6_K with 6.5625 for half of v and down and for the vocabulary's matrix. Where a row is no multiple of 256, Q4_K falls
 * back to Q5_0 with 5.5 bits and Q6_K to Q8_0.
 */
function ggufBytes(shape: ModelShape, dtype: Dtype): number {
  const { table, head, body, values, down } = countWeights(shape);
  if (dtype === "fp32") return 4 * (table + head + body);
  if (dtype === "fp16") return 2 * (table + head + body);
  if (dtype === "q8") return (8.5 / 8) * (table + head + body);
  const bits = (row: number) => (row % 256 === 0 ? { low: 4.5, high: 6.5625 } : { low: 5.5, high: 8.5 });
  const [wide, inner] = [bits(shape.hidden), bits(shape.intermediate)];
  const layers =
    wide.low * (body - values - down) + ((wide.low + wide.high) / 2) * values + ((inner.low + inner.high) / 2) * down;
  return (layers + (head > 0 ? wide.low * table + wide.high * head : wide.high * table)) / 8;
}

function bytesOf(bits: Bits, table: number, head: number, body: number): number {
  return (bits.table * table + bits.head * head + bits.body * body) / 8;
}

/** Bytes of the largest matrix that lies in one buffer of the GPU: the embedding's table. */
export function largestMatrix(spec: ModelSpec, dtype: Dtype): number {
  if (!spec.shape) return 0;
  const { table } = countWeights(spec.shape);
  if (spec.runtime === "webllm") return (MLC[dtype].table * table) / 8;
  if (spec.runtime === "wllama") return dtype === "q8" ? (8.5 * table) / 8 : (6.5625 * table) / 8;
  const isOurs = spec.origin === "bundled" || spec.origin === "server";
  return ((isOurs ? 32 : EXPORTED[dtype].table) * table) / 8;
}
