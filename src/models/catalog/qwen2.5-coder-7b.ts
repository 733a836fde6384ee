import { qwenCoder } from "./qwen2.5-coder.ts";

/** The largest here: what the others are measured against, on a machine that can hold it. */
export const qwenCoder7 = qwenCoder({
  size: "7B",
  description: "The largest code model here; wants a GPU with 8 GB.",
  parameters: 7_615_616_512,
  shape: { layers: 28, hidden: 3584, heads: 28, kvHeads: 4, intermediate: 18_944, vocabulary: 152_064, tied: false },
  // No ONNX export is known whose pieces a browser could hold; in 8 bits it is 8.1 GB, beyond any browser.
  onnx: false,
  eightBit: false,
});
