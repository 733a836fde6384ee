import { qwenCoder } from "./qwen2.5-coder.ts";

/** The only size that is not under Apache-2.0: its licence allows research, not commercial use. */
export const qwenCoder3 = qwenCoder({
  size: "3B",
  description: "A code model that calls tools well for its size; wants a GPU with 4 GB.",
  parameters: 3_085_938_688,
  shape: { layers: 36, hidden: 2048, heads: 16, kvHeads: 2, intermediate: 11_008, vocabulary: 151_936, tied: true },
  license: "Qwen Research Licence (not for commercial use)",
  onnx: true,
  eightBit: true,
});
