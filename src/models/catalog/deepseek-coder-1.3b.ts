import { ggufBuild, type ModelFacts } from "./hub.ts";

const facts: ModelFacts = {
  id: "deepseek-coder-1.3b",
  title: "DeepSeek-Coder 1.3B",
  family: "DeepSeek-Coder",
  description: "A code model of 2023 that was never taught to call tools: what a prompt alone can do.",
  promptFormat: "deepseek-coder",
  parameters: 1_346_471_936,
  context: 4096,
  license: "DeepSeek Model Licence (use restrictions)",
  source: "deepseek-ai/deepseek-coder-1.3b-instruct (arXiv 2401.14196)",
  shape: {
    layers: 24,
    hidden: 2048,
    heads: 16,
    kvHeads: 16,
    headDim: 128,
    intermediate: 5504,
    vocabulary: 32_256,
    tied: false,
    gated: true,
  },
};

/** Neither WebLLM's list nor the ONNX exports have it. The conversions are a third party's. */
export const deepseekCoder = [
  ggufBuild(facts, "TheBloke/deepseek-coder-1.3b-instruct-GGUF", {
    q4: "deepseek-coder-1.3b-instruct.Q4_K_M.gguf",
    q8: "deepseek-coder-1.3b-instruct.Q8_0.gguf",
  }),
];
