import { messageOf, type JsonSchema, type UserTool } from "../../protocol/index.ts";
import { explainParameters, explainUserTool } from "../../tools/index.ts";

/** A tool as it is being written: the schema and the arguments of a trial are text that may be wrong. */
export interface Draft extends Omit<UserTool, "parameters"> {
  parameters: string;
  /** The arguments to try it with. */
  trial: string;
}

/** What can be said of a draft: the tool that it is, or why it is none yet. */
export interface Reading {
  tool: UserTool | null;
  problem: string | null;
  /** What is wrong with the parameters alone: it is told beside them. */
  parameters: string | null;
}

const PARAMETERS: JsonSchema = {
  type: "object",
  properties: { text: { type: "string" } },
  required: ["text"],
  additionalProperties: false,
};
const WORD_COUNT = { name: "word_count", description: "Count the words of a text.", parameters: PARAMETERS };
const TRIAL = '{"text": "to be or not to be"}';

/** Something to start from, in each language. */
export const EXAMPLES: Record<UserTool["language"], Draft> = {
  python: draftOf({ ...WORD_COUNT, language: "python", body: "print(len(text.split()))" }, TRIAL),
  javascript: draftOf(
    { ...WORD_COUNT, language: "javascript", body: "return args.text.trim().split(/\\s+/).length;" },
    TRIAL,
  ),
};

/** Nothing yet but the frame of a schema. */
export const BLANK: Draft = {
  name: "",
  description: "",
  parameters: JSON.stringify({ type: "object", properties: {}, required: [] }, null, 2),
  language: "python",
  body: "",
  trial: "{}",
};

/** A tool to be edited. */
export function draftOf(tool: UserTool, trial = "{}"): Draft {
  return { ...tool, parameters: JSON.stringify(tool.parameters, null, 2), trial };
}

/** Reads a draft; `others` are the names that it must not have. */
export function readDraft({ trial: _, ...draft }: Draft, others: readonly string[]): Reading {
  const parsed = parse(draft.parameters);
  const parameters = "fault" in parsed ? parsed.fault : explainParameters(parsed.value);
  if ("fault" in parsed) return { tool: null, problem: parsed.fault, parameters };
  const tool = { ...draft, parameters: parsed.value } as UserTool;
  const taken = others.includes(tool.name) ? `Another tool of yours is called "${tool.name}".` : null;
  const problem = taken ?? explainUserTool(tool);
  return { tool: problem === null ? tool : null, problem, parameters };
}

/** Reads the arguments of a trial, an object. */
export function readTrial(text: string): { value: Record<string, unknown> } | { fault: string } {
  const parsed = parse(text);
  if ("fault" in parsed) return parsed;
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { fault: 'The arguments are an object: {"name": value}.' };
  }
  return { value: value as Record<string, unknown> };
}

function parse(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `This is not JSON: ${messageOf(error)}.` };
  }
}
