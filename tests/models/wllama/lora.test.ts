import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readGguf } from "../../../src/models/wllama/gguf.ts";
import { loraToGguf } from "../../../src/models/wllama/lora.ts";
import { modelShape } from "../../../src/models/wllama/shape.ts";
import { adapterOf, CONFIG, pair } from "../adapters/peft.ts";
import { GGUF } from "../wllama-models.ts";

const model = (name: string) => {
  const gguf = readGguf(new Uint8Array(readFileSync(`${GGUF}/${name}.gguf`)), "The file");
  return [gguf, modelShape(gguf, "The file")] as const;
};

/** The numbers of the last tensor of a file, `rows` of `columns`. */
function lastTensor(bytes: Uint8Array<ArrayBuffer>, rows: number, columns: number): number[][] {
  const start = bytes.length - Math.ceil((rows * columns * 4) / 32) * 32;
  const values = new Float32Array(bytes.buffer, start, rows * columns);
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
}

const counted = (rows: number, columns: number, factor: number) =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, i) => (row * columns + i + 1) * factor));

it("names the pairs as llama.cpp does, with the scaling in the second one", async () => {
  const adapter = await adapterOf(pair(1, "down_proj", 2, 128, 64));
  const bytes = loraToGguf(adapter, ...model("llama"));
  const { metadata, shapes } = readGguf(bytes, "The adapter");
  expect(Object.fromEntries(metadata)).toEqual({
    "general.type": "adapter",
    "general.architecture": "llama",
    "adapter.type": "lora",
    "adapter.lora.alpha": 0,
  });
  expect([...shapes]).toEqual([
    ["blk.1.ffn_down.weight.lora_a", [128, 2]],
    ["blk.1.ffn_down.weight.lora_b", [2, 64]],
  ]);
  expect(lastTensor(bytes, 64, 2)).toEqual(counted(64, 2, CONFIG.lora_alpha / CONFIG.r));
});

it("lays the halves of each head of llama's q and k side by side, and of no other architecture's", async () => {
  const adapter = await adapterOf(pair(0, "k_proj", 2, 64, 32));
  const plain = counted(32, 2, 2);
  expect(lastTensor(loraToGguf(adapter, ...model("qwen2")), 32, 2)).toEqual(plain);
  // Two heads of 16 rows.
  const order = [0, 16].flatMap((head) => Array.from({ length: 8 }, (_, i) => [head + i, head + 8 + i]).flat());
  expect(lastTensor(loraToGguf(adapter, ...model("llama")), 32, 2)).toEqual(order.map((row) => plain[row]));
});

it("refuses what does not fit, and matrices that the file has only joined", async () => {
  const [gguf, shape] = model("llama");
  const wrong = await adapterOf(pair(0, "q_proj", 2, 100, 100));
  expect(() => loraToGguf(wrong, gguf, shape)).toThrow(/it maps 100 to 100 numbers in layer 0, q_proj/);
  const joined = { ...gguf, shapes: new Map([["blk.0.attn_qkv.weight", [64, 128]]]) };
  const adapter = await adapterOf(pair(0, "q_proj", 2, 64, 64));
  expect(() => loraToGguf(adapter, joined, shape)).toThrow(
    /it changes q_proj, which this llama model does not have as/,
  );
});
