import type { ModelSpec } from "../../protocol/index.ts";

/** The bundled model organism: trained from scratch by this project, ready at once and offline. */
export const nano: ModelSpec = {
  id: "nano",
  title: "nano",
  description:
    "A model organism of about 5 million parameters, trained from scratch and bundled: opens at once, offline.",
  runtime: "transformers",
  promptFormat: "chatml",
  parameters: 5_000_000,
  context: 2048,
  license: "MIT",
  source: "trained by this project (trainer-server/trainer/pretrain)",
  origin: "bundled",
  baseUrl: "models/nano/",
  dtypes: { wasm: ["fp16"], webgpu: ["fp16"] },
  // At this size a GPU's launch overhead costs more than its arithmetic saves.
  defaultDevice: "wasm",
  shape: {
    layers: 6,
    hidden: 256,
    heads: 8,
    kvHeads: 4,
    headDim: 32,
    intermediate: 800,
    vocabulary: 1024,
    tied: true,
    gated: true,
  },
};
