import { openAdapter } from "../../../src/models/adapters/index.ts";

/** A tensor to be stored. */
export interface Part {
  dtype?: "F32" | "F16" | "BF16" | "I64";
  shape: number[];
  bytes: Uint8Array;
}

export const floats = (values: Iterable<number>) => new Uint8Array(Float32Array.from(values).buffer);

/** A file in the safetensors format. */
export function safetensors(parts: Record<string, Part>): Uint8Array<ArrayBuffer> {
  let at = 0;
  const table: Record<string, unknown> = { __metadata__: { format: "pt" } };
  for (const [name, { dtype = "F32", shape, bytes }] of Object.entries(parts)) {
    table[name] = { dtype, shape, data_offsets: [at, (at += bytes.byteLength)] };
  }
  const head = new TextEncoder().encode(JSON.stringify(table));
  const file = new Uint8Array(8 + head.byteLength + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.byteLength), true);
  file.set(head, 8);
  let place = 8 + head.byteLength;
  for (const { bytes } of Object.values(parts)) {
    file.set(bytes, place);
    place += bytes.byteLength;
  }
  return file;
}

export const CONFIG = { peft_type: "LORA", r: 2, lora_alpha: 4, bias: "none", use_dora: false };

/** PEFT's name of a layer's matrix. */
export const key = (layer: number, module: string, side: "A" | "B") =>
  `base_model.model.model.layers.${layer}.${/^[qkvo]_/.test(module) ? "self_attn" : "mlp"}.${module}.lora_${side}.weight`;

/** The two matrices of one layer: A [rank, inputs], B [outputs, rank], counting up. */
export function pair(
  layer: number,
  module: string,
  rank: number,
  inputs: number,
  outputs: number,
): Record<string, Part> {
  const counted = (count: number) => floats(Array.from({ length: count }, (_, i) => i + 1));
  return {
    [key(layer, module, "A")]: { shape: [rank, inputs], bytes: counted(rank * inputs) },
    [key(layer, module, "B")]: { shape: [outputs, rank], bytes: counted(outputs * rank) },
  };
}

export function adapterOf(parts: Record<string, Part>, config: object = CONFIG) {
  const files = {
    "adapter_config.json": new TextEncoder().encode(JSON.stringify(config)),
    "adapter_model.safetensors": safetensors(parts),
  };
  return openAdapter(files, "mine", "nano");
}
