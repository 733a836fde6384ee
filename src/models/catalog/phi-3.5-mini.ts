import { ggufBuild, mlcBuild, type ModelFacts } from "./hub.ts";
import { PHI_SHAPE } from "./phi-3-mini.ts";

const facts: ModelFacts = {
  id: "phi-3.5-mini",
  title: "Phi-3.5 mini",
  family: "Phi",
  description: "Phi-3 mini, trained further on more languages and longer conversations.",
  promptFormat: "phi3",
  parameters: 3_821_079_552,
  context: 4096,
  license: "MIT",
  source: "microsoft/Phi-3.5-mini-instruct (arXiv 2404.14219)",
  shape: PHI_SHAPE,
};

/** Microsoft publishes no GGUF of it; these are conversions by a third party. */
export const phi35Mini = [
  mlcBuild(facts, "Phi-3.5-mini-instruct"),
  ggufBuild(facts, "bartowski/Phi-3.5-mini-instruct-GGUF", {
    q4: "Phi-3.5-mini-instruct-Q4_K_M.gguf",
    q8: "Phi-3.5-mini-instruct-Q8_0.gguf",
  }),
];
