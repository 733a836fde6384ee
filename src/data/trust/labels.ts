import { TOOL_NAMES, type Sample } from "../../protocol/index.ts";
import { check, quote, some, type Level, type TrustCheck } from "./check.ts";
import { paced, type Watch } from "./pace.ts";

export interface LabelOptions extends Watch {
  /** What is listed where a sample brings no tools; the project's own tools by default. */
  tools?: readonly string[];
}

interface Rule {
  id: string;
  title: string;
  level: Level;
  /** What is said where nothing was found. */
  fine: string;
  /** What is wrong with a sample; null: nothing. */
  fault: (sample: Sample, tools: readonly string[]) => string | null;
}

const RULES: Rule[] = [
  {
    id: "first_gold_call",
    title: "The first gold call is the label",
    level: "problem",
    fine: "Every first gold call is of the tool that the sample is labelled with.",
    fault: ({ optimal_tool, gold_calls }) => {
      const first = gold_calls?.[0]?.name;
      if (first === undefined || optimal_tool === "none" || first === optimal_tool) return null;
      return `labelled ${quote(optimal_tool)}, the first gold call is of ${quote(first)}`;
    },
  },
  {
    id: "none_with_calls",
    title: "No calls where none is right",
    level: "problem",
    fine: "No sample labelled none has gold calls.",
    fault: ({ optimal_tool, gold_calls, check }) => {
      const calls = gold_calls?.length || (check?.kind === "calls" && check.calls?.length) || 0;
      return optimal_tool === "none" && calls > 0 ? `labelled none, with ${some(calls, "gold call")}` : null;
    },
  },
  {
    id: "label_is_listed",
    title: "The right tool is among the listed ones",
    level: "problem",
    fine: "Every tool that is right or called is one that the sample lists, or a tool of the project where it lists none.",
    fault: ({ optimal_tool, gold_calls = [], tools: own }, tools) => {
      const listed = own?.map(({ name }) => name) ?? tools;
      const wanted = [...new Set([optimal_tool, ...gold_calls.map(({ name }) => name)])];
      const missing = wanted.filter((name) => name !== "none" && !listed.includes(name));
      return missing.length > 0 ? `not listed: ${missing.map(quote).join(", ")}` : null;
    },
  },
  {
    id: "category_and_label",
    title: "Category and label agree",
    level: "problem",
    fine: "pure_reasoning is labelled none; execution_required and multi_step want a tool.",
    fault: ({ category, optimal_tool }) => {
      const none = optimal_tool === "none";
      if (category === "ambiguous" || none === (category === "pure_reasoning")) return null;
      return `${category}, labelled ${quote(optimal_tool)}`;
    },
  },
];

/** Whether labels, gold calls, listed tools and categories say the same. */
export async function labels(
  samples: readonly Sample[],
  { tools = TOOL_NAMES, ...watch }: LabelOptions = {},
): Promise<TrustCheck[]> {
  const found = RULES.map(() => [] as { id: string; detail: string }[]);
  await paced("labels", samples, watch, (sample) =>
    RULES.forEach(({ fault }, i) => {
      const detail = fault(sample, tools);
      if (detail !== null) found[i]!.push({ id: sample.id, detail });
    }),
  );
  return RULES.map(({ id, title, level, fine }, i) => {
    const own = found[i]!;
    const summary =
      own.length === 0 ? fine : `${own.length} of ${some(samples.length, "sample")} break the rule: ${fine}`;
    return check({ id, title, level: own.length > 0 ? level : "ok", summary }, own, (one) => ({
      ids: [one.id],
      detail: one.detail,
    }));
  });
}
