import { onlyAccepted } from "../accepted.ts";
import { readConversation, type Conversation } from "../conversation.ts";
import { functionTools } from "../functions.ts";
import type { Place } from "../mapping.ts";

type Row = Record<string, unknown>;

/** Eight fields are read from one conversation: it is taken apart once. */
const known = new WeakMap<Row, Conversation>();

const MAPPING = {
  id: { transform: "row_id" },
  prompt: { transform: "chat.prompt" },
  optimal_tool: { transform: "chat.tool" },
  reasoning: { constant: "As the conversation went." },
  difficulty: { constant: "medium" },
  category: { transform: "chat.category" },
  ground_truth_output: { transform: "chat.output" },
  alternative_tools: { constant: [] },
  gold_answer: { transform: "chat.answer" },
  gold_calls: { transform: "chat.gold_calls" },
  check: { transform: "chat.check" },
  tools: { column: "tools", transform: "chat.tools" },
} as const;

/**
 * OpenAI's chat rows: `messages` with tool_calls, `tools`. A conversation becomes the question that the assistant's first
 * turn answers. Where tools are listed or called, the calls are judged, each argument by its one value; else the answer.
 * The row's messages stay on the sample: what came later is there.
 */
export const chat = {
  title: "OpenAI chat: messages with tool_calls, tools",
  matches: (rows: readonly Row[]) => rows.every(({ messages }) => Array.isArray(messages)),
  mapping: MAPPING,
  transforms: {
    "chat.prompt": { apply: (_: unknown, { row }: Place) => conversation(row).prompt },
    "chat.tool": { apply: (_: unknown, { row }: Place) => conversation(row).calls[0]?.name ?? "none" },
    "chat.category": {
      apply: (_: unknown, { row }: Place) =>
        ["pure_reasoning", "execution_required"][conversation(row).calls.length] ?? "multi_step",
    },
    "chat.output": {
      apply: (_: unknown, { row }: Place) => conversation(row).results.at(-1) ?? conversation(row).answer ?? "",
    },
    "chat.answer": { apply: (_: unknown, { row }: Place) => conversation(row).answer ?? undefined },
    "chat.gold_calls": {
      apply: (_: unknown, { row }: Place) => (conversation(row).calls.length > 0 ? conversation(row).calls : undefined),
    },
    "chat.check": { apply: (_: unknown, { row }: Place) => check(row) },
    "chat.tools": { apply: (value: unknown) => functionTools(value) },
  },
} as const;

/** TRL's rows: SFT with messages or prompt and completion, DPO with prompt, chosen and rejected. The chosen one is the label. */
export const trl = {
  title: "TRL: messages, or prompt with completion or chosen and rejected",
  matches: (rows: readonly Row[]) => rows.every((row) => "chosen" in row || ("prompt" in row && "completion" in row)),
  mapping: MAPPING,
} as const;

function conversation(row: Row): Conversation {
  const found = known.get(row) ?? readConversation(row);
  known.set(row, found);
  return found;
}

function check(row: Row): object | undefined {
  const { calls } = conversation(row);
  if (calls.length === 0 && !functionTools(row["tools"])) return undefined;
  const wanted = calls.map(({ name, arguments: args }) => {
    const accepted = Object.entries(args).map(([key, value]) => [key, onlyAccepted(value)] as const);
    return { name, arguments: Object.fromEntries(accepted) };
  });
  return { kind: "calls", calls: wanted };
}
