/** The matrices of a decoder's layer that an adapter may change, in PEFT's names. */
export const MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;
export type Module = (typeof MODULES)[number];

/** What an adapter must fit. */
export interface DecoderShape {
  layers: number;
  /** [inputs, outputs] of each matrix. */
  sizes: Record<Module, readonly [number, number]>;
}

/** The sizes of a model of the Llama family, from its config.json. */
export function decoderShape(config: Record<string, unknown>): DecoderShape {
  const number = (name: string, otherwise = 0) => (typeof config[name] === "number" ? config[name] : otherwise);
  const hidden = number("hidden_size");
  const heads = number("num_attention_heads", 1);
  const headSize = number("head_dim", hidden / heads);
  const [queries, keys] = [heads * headSize, number("num_key_value_heads", heads) * headSize];
  const inner = number("intermediate_size");
  return {
    layers: number("num_hidden_layers"),
    sizes: {
      q_proj: [hidden, queries],
      k_proj: [hidden, keys],
      v_proj: [hidden, keys],
      o_proj: [queries, hidden],
      gate_proj: [hidden, inner],
      up_proj: [hidden, inner],
      down_proj: [inner, hidden],
    },
  };
}
