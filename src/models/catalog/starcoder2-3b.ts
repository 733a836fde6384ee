import { ggufBuild, type ModelFacts } from "./hub.ts";

const facts: ModelFacts = {
  id: "starcoder2-3b",
  title: "StarCoder2 3B",
  family: "StarCoder2",
  description: "A base model: it was never taught to answer or to call, only to go on with code.",
  promptFormat: "starcoder2",
  parameters: 3_030_371_328,
  // Its attention looks back 4,096 tokens.
  context: 4096,
  license: "BigCode OpenRAIL-M v1 (use restrictions)",
  source: "bigcode/starcoder2-3b (arXiv 2402.19173)",
  shape: {
    layers: 30,
    hidden: 3072,
    heads: 24,
    kvHeads: 2,
    headDim: 128,
    intermediate: 12_288,
    vocabulary: 49_152,
    tied: true,
    gated: false,
  },
};

/** Neither WebLLM's list nor the ONNX exports have it. The conversions are a third party's. */
export const starcoder2 = [
  ggufBuild(facts, "second-state/StarCoder2-3B-GGUF", {
    q4: "starcoder2-3b-Q4_K_M.gguf",
    q8: "starcoder2-3b-Q8_0.gguf",
  }),
];
