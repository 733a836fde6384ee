import { readFileSync } from "node:fs";
import { decoderShape } from "../../src/models/adapters/index.ts";
import { floats, key, safetensors, type Part } from "../models/adapters/peft.ts";

const NANO = decoderShape(
  JSON.parse(readFileSync("public/models/nano/config.json", "utf8")) as Record<string, unknown>,
);
const RANK = 4;

/** Numbers that change what the model says. */
function part(rows: number, columns: number): Part {
  const values = Array.from({ length: rows * columns }, (_, i) => 0.25 * Math.sin(1 + i * 1.7));
  return { shape: [rows, columns], bytes: floats(values) };
}

/** The two files of an adapter for nano as a file chooser gets them; `change` changes its configuration. */
export function adapterFiles(change: object = {}): { name: string; mimeType: string; buffer: Buffer }[] {
  const config = {
    base_model_name_or_path: "models/nano",
    peft_type: "LORA",
    r: RANK,
    lora_alpha: 8,
    target_modules: ["q_proj", "v_proj"],
    bias: "none",
    ...change,
  };
  const parts: Record<string, Part> = {};
  for (let layer = 0; layer < NANO.layers; layer++) {
    for (const module of ["q_proj", "v_proj"] as const) {
      const [inputs, outputs] = NANO.sizes[module];
      parts[key(layer, module, "A")] = part(RANK, inputs);
      parts[key(layer, module, "B")] = part(outputs, RANK);
    }
  }
  return [
    { name: "adapter_config.json", mimeType: "", buffer: Buffer.from(JSON.stringify(config, null, 2)) },
    { name: "adapter_model.safetensors", mimeType: "", buffer: Buffer.from(safetensors(parts)) },
  ];
}
