import { qwenCoder } from "./qwen2.5-coder.ts";

/** What a laptop with a small GPU runs well. */
export const qwenCoder15 = qwenCoder({
  size: "1.5B",
  description: "A code model for a laptop with any GPU.",
  parameters: 1_543_714_304,
  shape: { layers: 28, hidden: 1536, heads: 12, kvHeads: 2, intermediate: 8960, vocabulary: 151_936, tied: true },
  onnx: true,
  eightBit: true,
});
