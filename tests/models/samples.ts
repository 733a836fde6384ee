import type { Sample } from "../../src/protocol/index.ts";

/** A sample with the fields that a test does not care about filled in. */
function sample(fields: Partial<Sample> & Pick<Sample, "id" | "optimal_tool">): Sample {
  return {
    prompt: `question ${fields.id}`,
    reasoning: "",
    difficulty: "easy",
    category: "execution_required",
    ground_truth_output: "",
    alternative_tools: [],
    ...fields,
  };
}

const code = (text: string) => ({ name: "code_executor", arguments: { code: text } });

export const SAMPLES: Sample[] = [
  sample({ id: "fact", optimal_tool: "none", category: "pure_reasoning", gold_answer: "stack" }),
  sample({
    id: "product",
    optimal_tool: "code_executor",
    gold_program: "print(48213 * 9127)",
    gold_calls: [code("print(48213 * 9127)")],
    gold_answer: "440040051",
  }),
  sample({
    id: "chain",
    optimal_tool: "code_executor",
    category: "multi_step",
    gold_calls: [code("print(12 * 34)"), code("print(sum(int(d) for d in str(408)))")],
    gold_answer: "12",
  }),
  sample({
    id: "derivative",
    optimal_tool: "symbolic_math",
    gold_calls: [{ name: "symbolic_math", arguments: { operation: "differentiate", expression: "x**3" } }],
    gold_answer: "3*x**2",
  }),
];
