import { decoderShape } from "../../../src/models/adapters/index.ts";
import { key, safetensors, type Part } from "./peft.ts";

/** What an adapter is made from: `adapters` of tests/models/golden/nano-adapters.json. */
export interface Recipe {
  r: number;
  lora_alpha: number;
  target_modules: string[];
  use_rslora?: boolean;
}

/** The adapter that tests/models/golden/adapters.py makes for a model with this config.json: its two files. */
export function seededAdapter(recipe: Recipe, config: Record<string, unknown>) {
  const { layers, sizes } = decoderShape(config);
  const parts: Record<string, Part> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const module of recipe.target_modules as (keyof typeof sizes)[]) {
      const [inputs, outputs] = sizes[module];
      const [a, b] = [key(layer, module, "A"), key(layer, module, "B")];
      parts[a] = { shape: [recipe.r, inputs], bytes: values(a, recipe.r * inputs) };
      parts[b] = { shape: [outputs, recipe.r], bytes: values(b, outputs * recipe.r) };
    }
  }
  const settings = { peft_type: "LORA", task_type: "CAUSAL_LM", bias: "none", ...recipe };
  return {
    "adapter_config.json": new TextEncoder().encode(JSON.stringify(settings)),
    "adapter_model.safetensors": safetensors(parts),
  };
}

/** Numbers from -1/4 to 1/4: Marsaglia's xorshift32, begun with FNV-1a of the tensor's name. */
function values(name: string, count: number): Uint8Array {
  let state = 2166136261;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 16777619) >>> 0;
  const numbers = Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return (state >>> 8) / 2 ** 25 - 1 / 4;
  });
  return new Uint8Array(numbers.buffer);
}
