import type { Sample } from "../../src/protocol/index.ts";

/** The least that is a sample; `change` may also break it. */
export const plainSample = (change: object = {}): Sample => ({
  id: "a",
  prompt: "What is 2 + 2?",
  optimal_tool: "none",
  reasoning: "",
  difficulty: "easy",
  category: "pure_reasoning",
  ground_truth_output: "4",
  alternative_tools: [],
  ...change,
});
