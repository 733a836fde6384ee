import { MODULES } from "../adapters/index.ts";
import { decoderShape } from "../adapters/shape.ts";
import type { ModelShape } from "../../protocol/index.ts";

/** Weights of a decoder, by where they are; biases and norms, less than a thousandth of them, are left out. */
interface WeightCounts {
  /** The embedding's matrix: one row of `hidden` for each token. */
  table: number;
  /** The vocabulary's matrix at the end where it is not the embedding's. */
  head: number;
  /** The matrices of all layers. */
  body: number;
  /** Of the body: v_proj. */
  values: number;
  /** Of the body: down_proj. */
  down: number;
}

/**
 * Counts the weights of a decoder of the Llama family (Vaswani et al. 2017; Shazeer 2020 for the gated MLP; Ainslie et al.
 * 2023 for grouped keys and values): per layer `h·q + 2·h·kv + q·h` of attention, where `q = heads·headDim` and
 * `kv = kvHeads·headDim`, and `3·h·i` of the MLP, or `2·h·i` without a gate.
 */
export function countWeights(shape: ModelShape): WeightCounts {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary, tied, gated } = shape;
  const [queries, keys] = [heads * headDim, kvHeads * headDim];
  const attention = hidden * (2 * queries + 2 * keys);
  const table = vocabulary * hidden;
  return {
    table,
    head: tied ? 0 : table,
    body: layers * (attention + (gated ? 3 : 2) * hidden * intermediate),
    values: layers * hidden * keys,
    down: layers * intermediate * hidden,
  };
}

/** How many weights a decoder has. */
export function parametersOf(shape: ModelShape): number {
  const { table, head, body } = countWeights(shape);
  return table + head + body;
}

/** Weights of a LoRA adapter of this rank on all linear layers: `r·(inputs + outputs)` for each matrix (Hu et al. 2021). */
export function adapterWeights(shape: ModelShape, rank: number): number {
  const { layers, sizes } = decoderShape({
    num_hidden_layers: shape.layers,
    hidden_size: shape.hidden,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    intermediate_size: shape.intermediate,
  });
  return layers * rank * MODULES.reduce((sum, module) => sum + sizes[module][0] + sizes[module][1], 0);
}
