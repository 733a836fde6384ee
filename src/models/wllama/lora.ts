import { UserError, type Adapter } from "../../protocol/index.ts";
import { readLora, type Module } from "../adapters/index.ts";
import { writeGguf, type Gguf, type GgufTensor } from "./gguf.ts";
import type { ModelShape } from "./shape.ts";

const NAMES: Record<Module, string> = {
  q_proj: "attn_q",
  k_proj: "attn_k",
  v_proj: "attn_v",
  o_proj: "attn_output",
  gate_proj: "ffn_gate",
  up_proj: "ffn_up",
  down_proj: "ffn_down",
};

/**
 * A PEFT adapter as llama.cpp takes it: a GGUF file with the pair of each matrix, `lora_a` [rank, inputs] and `lora_b`
 * [outputs, rank] in rows (https://github.com/ggml-org/llama.cpp/blob/master/convert_lora_to_gguf.py). The scaling is in
 * `lora_b`, and alpha is 0, which is llama.cpp's word for "as it is". UserError: it does not fit the model.
 */
export function loraToGguf(adapter: Adapter, model: Gguf, shape: ModelShape): Uint8Array<ArrayBuffer> {
  const { matrices } = readLora(adapter, shape.decoder);
  const tensors = matrices.flatMap(({ layer, module, rank, a, b }): GgufTensor[] => {
    const name = `blk.${layer}.${NAMES[module]}.weight`;
    const [inputs, outputs] = shape.decoder.sizes[module];
    const found = model.shapes.get(name);
    if (found?.[0] !== inputs || found[1] !== outputs) {
      throw new UserError(
        `The adapter ${adapter.name} cannot be used: it changes ${module}, which this ${shape.architecture} model does not have as a matrix of its own.`,
      );
    }
    return [
      { name: `${name}.lora_a`, shape: [inputs, rank], values: turned(a, inputs, rank) },
      {
        name: `${name}.lora_b`,
        shape: [rank, outputs],
        values: ordered(turned(b, rank, outputs), rank, module, shape),
      },
    ];
  });
  const head = { "general.type": "adapter", "general.architecture": shape.architecture, "adapter.type": "lora" };
  return writeGguf({ ...head, "adapter.lora.alpha": 0 }, tensors);
}

/**
 * The rows of an output matrix in llama.cpp's order. For `llama` its converter lays the two halves of each head of q and
 * k, which Hugging Face rotates against each other, side by side; so the rows of what is added to them move, too.
 */
function ordered(rows: Float32Array, width: number, module: Module, shape: ModelShape): Float32Array {
  if (shape.architecture !== "llama" || (module !== "q_proj" && module !== "k_proj")) return rows;
  const size = rows.length / width / (module === "q_proj" ? shape.heads : shape.keyHeads);
  const out = new Float32Array(rows.length);
  for (let row = 0; row * width < rows.length; row++) {
    const [head, place] = [Math.floor(row / size), row % size];
    const half = size / 2;
    const to = head * size + (place % half) * 2 + Math.floor(place / half);
    out.set(rows.subarray(row * width, (row + 1) * width), to * width);
  }
  return out;
}

/** A matrix [rows, columns] turned. */
function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column]!;
  }
  return out;
}
