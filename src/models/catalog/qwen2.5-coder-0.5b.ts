import { qwenCoder } from "./qwen2.5-coder.ts";

/** The smallest code model of a known family: runs without a GPU. */
export const qwenCoder05 = qwenCoder({
  size: "0.5B",
  description: "The smallest code model here; runs without a GPU, though slowly.",
  parameters: 494_032_768,
  shape: { layers: 24, hidden: 896, heads: 14, kvHeads: 2, intermediate: 4864, vocabulary: 151_936, tied: true },
  onnx: true,
  eightBit: true,
});
