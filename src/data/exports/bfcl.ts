import type { JsonSchema, Sample, ToolSchema } from "../../protocol/index.ts";
import { UserError } from "../../protocol/index.ts";
import { toJsonl } from "../parse.ts";
import { ofSplit, plainName, type DatasetExport, type ExportFile } from "./export.ts";

/** The categories of the leaderboard's version 4 that one question with at most one wanted call belongs to. */
type Group = "irrelevance" | "simple_python" | "multiple";

/**
 * The Berkeley Function Calling Leaderboard's question files and their possible answers. A sample that wants several calls,
 * one after another, has no category there and is left out.
 */
export const bfcl: DatasetExport = {
  id: "bfcl",
  title: "BFCL, question files",
  extension: "",
  files: async (samples, options) => {
    const groups = new Map<Group, { questions: object[]; answers: object[] }>();
    const left = { several: 0, unknown: 0 };
    for (const sample of ofSplit(samples, options)) {
      const answer = answerOf(sample);
      if (answer === null || answer.length > 1) {
        left[answer === null ? "unknown" : "several"]++;
        continue;
      }
      const tools = sample.tools ?? options.tools;
      const name: Group = answer.length === 0 ? "irrelevance" : tools.length === 1 ? "simple_python" : "multiple";
      const group = groups.get(name) ?? { questions: [], answers: [] };
      groups.set(name, group);
      const id = `${name}_${group.questions.length}`;
      group.questions.push({
        id,
        question: [[{ role: "user", content: sample.prompt }]],
        function: tools.map(functionOf),
        sample_id: sample.id,
      });
      if (answer.length > 0) group.answers.push({ id, ground_truth: answer });
    }
    if (left.several > 0) options.note?.(`Left out ${left.several}: BFCL has no category for calls one after another.`);
    if (left.unknown > 0) options.note?.(`Left out ${left.unknown}: the sample has no gold call.`);
    if (groups.size === 0)
      throw new UserError(`${plainName(options.name)}: none of its samples can be asked in BFCL's form.`);
    return [...groups].flatMap(([name, { questions, answers }]): ExportFile[] => [
      { name: `BFCL_v4_${name}.json`, text: toJsonl(questions) },
      ...(answers.length > 0 ? [{ name: `possible_answer/BFCL_v4_${name}.json`, text: toJsonl(answers) }] : []),
    ]);
  },
};

/** The wanted calls with the accepted values of each argument; null where the label wants a call and none is known. */
function answerOf({ optimal_tool, check, gold_calls }: Sample): object[] | null {
  if (check?.kind === "calls")
    return (check.calls ?? []).map(({ name, arguments: accepted }) => ({ [name]: accepted }));
  if (optimal_tool === "none") return [];
  if (!gold_calls?.length) return null;
  const accepted = (given: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]]));
  return gold_calls.map(({ name, arguments: given }) => ({ [name]: accepted(given) }));
}

const TYPES: Record<string, string> = { object: "dict", number: "float" };

function functionOf({ name, description, parameters }: ToolSchema) {
  return { name, description, parameters: typed(parameters) };
}

/** The schema with BFCL's names of types. */
function typed(schema: JsonSchema): object {
  const { type, properties, items, ...rest } = schema;
  const inner = properties && Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, typed(one)]));
  return {
    type: type === undefined ? "any" : (TYPES[type] ?? type),
    ...(inner && { properties: inner }),
    ...(items && { items: typed(items) }),
    ...rest,
  };
}
