import { UserError } from "../../../protocol/index.ts";
import { shown } from "../shape.ts";

/** Steps of a solution, up to which a question counts as easy, and as medium: thirds of GSM8K's test split, about. */
const [EASY, MEDIUM] = [2, 4];

/**
 * GSM8K (Cobbe et al. 2021, arXiv 2110.14168): `question`, and `answer` with the solution and `#### NUMBER` at its end.
 * Whether a call helps with such arithmetic depends on the model, so the label is `none` in the category ambiguous, and
 * code_executor is the accepted alternative. The solution stays on the sample as `answer`.
 */
export const gsm8k = {
  title: "GSM8K: question, answer with ####",
  matches: (rows: readonly Record<string, unknown>[]) =>
    rows.every(({ question, answer }) => typeof question === "string" && String(answer).includes("####")),
  mapping: {
    id: { transform: "row_id" },
    prompt: { column: "question" },
    optimal_tool: { constant: "none" },
    reasoning: { constant: "Grade-school arithmetic in words: whether a program helps depends on the model." },
    difficulty: { column: "answer", transform: "gsm8k.steps" },
    category: { constant: "ambiguous" },
    ground_truth_output: { column: "answer", transform: "gsm8k.answer" },
    alternative_tools: { constant: ["code_executor"] },
    gold_answer: { column: "answer", transform: "gsm8k.answer" },
    check: { constant: { kind: "numeric" } },
  },
  transforms: {
    /** The number behind the last ####, without thousands separators. */
    "gsm8k.answer": {
      apply(value: unknown): string {
        const parts = String(value).split("####");
        const answer = parts
          .at(-1)!
          .trim()
          .replace(/(?<=\d),(?=\d{3})/g, "");
        if (parts.length < 2 || answer === "")
          throw new UserError(`${shown(value)} has no #### with an answer behind it`);
        return answer;
      },
    },
    /** Difficulty by the number of lines of the solution. */
    "gsm8k.steps": {
      apply(value: unknown): string {
        const steps = String(value).split("####")[0]!.trim().split("\n").length;
        return steps <= EASY ? "easy" : steps <= MEDIUM ? "medium" : "hard";
      },
    },
  },
} as const;
