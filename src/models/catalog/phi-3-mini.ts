import type { ModelShape } from "../../protocol/index.ts";
import { ggufBuild, mlcBuild, type ModelFacts } from "./hub.ts";

/** Of Phi-3 mini and Phi-3.5 mini alike (config.json). */
export const PHI_SHAPE: ModelShape = {
  layers: 32,
  hidden: 3072,
  heads: 32,
  kvHeads: 32,
  headDim: 96,
  intermediate: 8192,
  vocabulary: 32_064,
  tied: false,
  gated: true,
};

const facts: ModelFacts = {
  id: "phi-3-mini",
  title: "Phi-3 mini 4k",
  family: "Phi",
  description:
    "A general model trained on textbook-like data. Its keys and values are large: all 32 heads have their own.",
  promptFormat: "phi3",
  parameters: 3_821_079_552,
  context: 4096,
  license: "MIT",
  source: "microsoft/Phi-3-mini-4k-instruct (arXiv 2404.14219)",
  shape: PHI_SHAPE,
};

/** Microsoft publishes the GGUF in 4 bits and fp16 only. */
export const phi3Mini = [
  mlcBuild(facts, "Phi-3-mini-4k-instruct"),
  ggufBuild(facts, "microsoft/Phi-3-mini-4k-instruct-gguf", { q4: "Phi-3-mini-4k-instruct-q4.gguf" }),
];
