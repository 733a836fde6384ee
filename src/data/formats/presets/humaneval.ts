import { hash32, UserError } from "../../../protocol/index.ts";
import type { Place } from "../mapping.ts";

const TOOL = "run_tests";

/**
 * HumanEval (Chen et al. 2021, arXiv 2107.03374). What counts is a function that passes its tests, which no check of an
 * answer's text can tell. So the sample brings a tool that runs the tests on the code it is given and then prints a word
 * that stands in neither the prompt nor the tool's description; the answer is that word. The tool takes the rest of the
 * function or the whole function again. Difficulty is a constant: HumanEval has none.
 */
export const humaneval = {
  title: "HumanEval: prompt, canonical_solution, test, entry_point",
  matches: (rows: readonly Record<string, unknown>[]) =>
    rows.every((row) =>
      ["task_id", "prompt", "canonical_solution", "test", "entry_point"].every((name) => name in row),
    ),
  mapping: {
    id: { column: "task_id" },
    prompt: { column: "prompt", transform: "humaneval.prompt" },
    optimal_tool: { constant: TOOL },
    reasoning: { constant: "Only running the tests shows that the function is right." },
    difficulty: { constant: "medium" },
    category: { constant: "execution_required" },
    ground_truth_output: { transform: "humaneval.word" },
    alternative_tools: { constant: [] },
    gold_answer: { transform: "humaneval.word" },
    gold_calls: { column: "canonical_solution", transform: "humaneval.calls" },
    check: { constant: { kind: "exact" } },
    tools: { column: "test", transform: "humaneval.tools" },
  },
  transforms: {
    "humaneval.prompt": {
      apply: (value: unknown) =>
        `Complete this Python function. Give your code to ${TOOL}: once it passes its tests, the tool prints a word. Answer with that word.\n\n${text(value, "prompt")}`,
    },
    "humaneval.calls": {
      apply: (value: unknown) => [{ name: TOOL, arguments: { code: text(value, "canonical_solution") } }],
    },
    "humaneval.word": { apply: (_: unknown, place: Place) => word(place) },
    "humaneval.tools": {
      apply: (_: unknown, place: Place) => [
        {
          name: TOOL,
          description: "Runs the function's tests. Prints a word when all of them pass, else an error.",
          parameters: {
            type: "object",
            properties: { code: { type: "string", description: "The rest of the function, or the whole function." } },
            required: ["code"],
          },
          body: program(place),
        },
      ],
    },
  },
} as const;

/** JSON's escapes mean the same in a Python literal. */
function program(place: Place): string {
  const [prompt, test, entry] = ["prompt", "test", "entry_point"].map((name) => text(place.row[name], name));
  const [before, after] = [JSON.stringify(prompt), JSON.stringify(`\n${test}\ncheck(${entry})\n`)];
  return `exec(${before} + arguments["code"] + ${after}, {})\nprint(${JSON.stringify(word(place))})`;
}

function word({ row }: Place): string {
  const [id, test] = ["task_id", "test"].map((name) => text(row[name], name));
  return `passed-${hash32(`${id}\n${test}`).toString(16).padStart(8, "0")}`;
}

function text(value: unknown, column: string): string {
  if (typeof value !== "string") throw new UserError(`the column ${column} is not a text`);
  return value;
}
