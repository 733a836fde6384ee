import { CATEGORIES, DIFFICULTIES, SPLITS, TOOL_NAMES, type Sample } from "../../../src/protocol/index.ts";

/** Samples that differ in every field, as many as wanted. */
export function manySamples(count: number): Sample[] {
  const labels = ["none", ...TOOL_NAMES];
  return Array.from({ length: count }, (_, i) => ({
    id: `sample-${i}`,
    prompt: `Question ${i} of ${count}: what is ${i} times ${(i * 7919) % 1000}?`,
    optimal_tool: labels[i % labels.length]!,
    reasoning: i % 2 === 0 ? "Large numbers." : "A fact.",
    difficulty: DIFFICULTIES[i % 3]!,
    category: CATEGORIES[i % 4]!,
    ground_truth_output: String(i * ((i * 7919) % 1000)),
    alternative_tools: [],
    template: `template-${i % 11}`,
    ...(i % 2 === 0 && { topic: `topic-${i % 5}` }),
    split: SPLITS[i % 4]!,
  }));
}
