import { isObject, UserError, type Sample, type ToolCall } from "../../../protocol/index.ts";
import { firstAccepted } from "../accepted.ts";
import { functionTools } from "../functions.ts";
import type { Place } from "../mapping.ts";

type Wanted = NonNullable<NonNullable<Sample["check"]>["calls"]>;

/**
 * The Berkeley Function Calling Leaderboard (Patil et al. 2025): its single-turn rows (irrelevance, simple, multiple),
 * with the columns of `possible_answer` joined by id. The calls are what is judged. Where no function fits, `none` is
 * right. Difficulty is a constant: BFCL has none.
 */
export const bfcl = {
  title: "BFCL: question, function, with the file of possible answers",
  matches: (rows: readonly Record<string, unknown>[]) =>
    rows.every(({ question, function: functions }) => Array.isArray(question) && Array.isArray(functions)),
  mapping: {
    id: { column: "id" },
    prompt: { column: "question", transform: "bfcl.prompt" },
    optimal_tool: { column: "ground_truth", transform: "bfcl.tool" },
    reasoning: { column: "ground_truth", transform: "bfcl.reasoning" },
    difficulty: { constant: "medium" },
    category: { column: "ground_truth", transform: "bfcl.category" },
    ground_truth_output: { constant: "" },
    alternative_tools: { constant: [] },
    gold_answer: { constant: "" },
    gold_calls: { column: "ground_truth", transform: "bfcl.gold_calls" },
    check: { column: "ground_truth", transform: "bfcl.check" },
    tools: { column: "function", transform: "bfcl.tools" },
  },
  transforms: {
    "bfcl.prompt": { apply: prompt },
    "bfcl.tools": { apply: (value: unknown) => functionTools(value) },
    "bfcl.tool": { apply: (_: unknown, place: Place) => wantedCalls(place)[0]?.name ?? "none" },
    "bfcl.reasoning": {
      apply: (_: unknown, place: Place) =>
        wantedCalls(place).length > 0 ? "A listed function does what is asked." : "No listed function fits.",
    },
    "bfcl.category": {
      apply: (_: unknown, place: Place) =>
        ["pure_reasoning", "execution_required"][wantedCalls(place).length] ?? "multi_step",
    },
    "bfcl.gold_calls": {
      apply(_: unknown, place: Place): ToolCall[] | undefined {
        const calls = wantedCalls(place).map((call) => goldCall(call, place));
        return calls.length > 0 ? calls : undefined;
      },
    },
    "bfcl.check": { apply: (_: unknown, place: Place) => ({ kind: "calls", calls: wantedCalls(place) }) },
  },
} as const;

function prompt(value: unknown): string {
  const turns = Array.isArray(value) ? (value as unknown[]) : [];
  if (turns.length !== 1)
    throw new UserError(`the question has ${turns.length} turns: only rows with one can be samples`);
  const messages = Array.isArray(turns[0]) ? (turns[0] as unknown[]) : [];
  const user = messages.findLast((message) => isObject(message) && message["role"] === "user");
  if (!isObject(user) || typeof user["content"] !== "string") throw new UserError("the question has no user's turn");
  return user["content"];
}

/** [{ function: { argument: [accepted, …] } }, …], as BFCL writes them; none for rows that no function fits. */
function wantedCalls({ row }: Place): Wanted {
  const truth = row["ground_truth"];
  if (truth === undefined || truth === null) {
    if (/irrelevance/.test(String(row["id"]))) return [];
    throw new UserError(`there is no answer for ${String(row["id"])}: give BFCL's file of possible answers, too`);
  }
  const fits = (call: unknown): call is Record<string, unknown> =>
    isObject(call) && Object.keys(call).length === 1 && isObject(Object.values(call)[0]);
  if (!Array.isArray(truth) || !truth.every(fits)) {
    throw new UserError("ground_truth is not a list of functions with their arguments");
  }
  return truth.map((call) => {
    const [name = "", args] = Object.entries(call)[0] ?? [];
    const odd = Object.entries(args as object).find(([, values]) => !Array.isArray(values));
    if (odd) throw new UserError(`the argument ${odd[0]} of ${name} has no list of accepted values`);
    return { name, arguments: args as Record<string, unknown[]> };
  });
}

function goldCall({ name, arguments: accepted }: Wanted[number], { row }: Place): ToolCall {
  const required = functionTools(row["function"])?.find((tool) => tool.name === name)?.parameters.required ?? [];
  const chosen = Object.entries(accepted).map(
    ([key, values]) => [key, firstAccepted(values, required.includes(key))] as const,
  );
  return { name, arguments: Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) };
}
