const call = (name: string, given: Record<string, string>) => ({ name, arguments: given });
const SUM = "numbers = [int(line) for line in open('data/n.txt')]\nopen('data/sum.txt', 'w').write(str(sum(numbers)))";

/** A sample whose gold calls take files from a call through a Python program and back. */
export const SAMPLE = {
  id: "files",
  prompt: "Write 3 and 4 into data/n.txt, sum them up into data/sum.txt, and say the sum.",
  optimal_tool: "file_ops",
  reasoning: "",
  difficulty: "easy",
  category: "multi_step",
  ground_truth_output: "7",
  alternative_tools: [],
  gold_answer: "7",
  gold_calls: [
    call("file_ops", { operation: "write", path: "data/n.txt", content: "3\n4\n" }),
    call("code_executor", { code: SUM }),
    call("file_ops", { operation: "read", path: "data/sum.txt" }),
  ],
};
