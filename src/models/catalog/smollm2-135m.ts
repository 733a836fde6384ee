import type { ModelSpec } from "../../protocol/index.ts";

/** Real pretrained weights for any laptop; prepared once by the companion server. */
export const smollm2: ModelSpec = {
  id: "smollm2-135m",
  title: "SmolLM2 135M Instruct",
  description: "A real pretrained chat model that runs on any laptop. Prepared once by the companion server.",
  runtime: "transformers",
  promptFormat: "chatml",
  parameters: 134_515_008,
  // Bounds the memory of keys and values; weights and graph know 8,192 positions.
  context: 2048,
  license: "Apache-2.0",
  source: "HuggingFaceTB/SmolLM2-135M-Instruct (arXiv 2502.02737)",
  origin: "server",
  baseUrl: "models/smollm2-135m/",
  // Four-bit kernels are slow in WASM (measured: 140 ms a token against 36); on a GPU the small weights win.
  dtypes: { wasm: ["q8", "fp16", "fp32"], webgpu: ["q4f16", "q4", "q8", "fp16", "fp32"] },
  defaultDevice: "auto",
  shape: {
    layers: 30,
    hidden: 576,
    heads: 9,
    kvHeads: 3,
    headDim: 64,
    intermediate: 1536,
    vocabulary: 49_152,
    tied: true,
    gated: true,
  },
};

/** The same weights in llama.cpp: the GGUF file that the other build is converted from, as it is (Q4_1). */
export const smollm2Gguf: ModelSpec = {
  ...smollm2,
  runtime: "wllama",
  dtypes: { wasm: ["q4"], webgpu: [] },
  defaultDevice: "wasm",
};
