import type { Category, Check, Difficulty, Random, Split, ToolCall } from "../../../protocol/index.ts";
import { ask, type Forms, type Values } from "../phrasing.ts";
import { EVERY, type Draft, type Template } from "../template.ts";

/** One call of `file_ops`. */
export const fileOps = (operation: string, path: string, more: { content?: string; to?: string } = {}): ToolCall => ({
  name: "file_ops",
  arguments: { operation, path, ...more },
});

/** What a template draws: the question's operands, its files, and how it is answered. */
interface Work {
  values: Values;
  /** The gold calls; the first one's tool is the label. */
  calls: readonly ((before: string) => ToolCall)[];
  /** What the last call prints, or the part of it that was asked for; without one, `program` prints it. */
  answer?: string;
  check: Check;
  files?: Record<string, string>;
  /** Python that prints what the last call prints. */
  program?: string;
  mayFail?: readonly number[];
}

interface About<Topic> {
  id: string;
  topic: Topic;
  forms: Forms;
  why: string;
  /** Tools that may be called first instead of the gold one. */
  alternatives: readonly string[];
  draw(random: Random, difficulty: Difficulty): Work;
}

/** Makes templates of one category, each in the split of its topic. */
export function templatesOf<Topic extends string>(category: Category, topics: Record<Topic, Split>) {
  return ({ id, topic, forms, why, alternatives, draw }: About<Topic>): Template => ({
    id,
    category,
    topic,
    split: topics[topic],
    difficulties: EVERY,
    draw: (random, difficulty): Draft => {
      const { values, calls, ...rest } = draw(random, difficulty);
      return {
        body: ask(random, forms, values),
        key: Object.values(values).join("|"),
        optimal_tool: calls[0]?.("").name ?? "none",
        alternative_tools: [...alternatives],
        reasoning: why,
        calls: [...calls],
        ...rest,
      };
    },
  });
}

/** The answer holds one text, in a sentence of its own at most, and none of the others that it was to be told from. */
export const saying = (text: string, others: readonly string[] = []): Check => ({
  kind: "keywords",
  all: [text],
  none: others.filter((other) => other !== text),
  max_words: text.split(/[\s_-]+/).length + 14,
});

export const NUMERIC: Check = { kind: "numeric" };
