/** How a field is edited. `short` and `choice` stand side by side, the others one below the other. */
export type Kind = "short" | "choice" | "long" | "code" | "json";

/** Every field of a sample in the order in which a person reads it. */
export const KINDS: readonly { field: string; kind: Kind; about: string }[] = [
  { field: "prompt", kind: "long", about: "what the user asks" },
  { field: "optimal_tool", kind: "choice", about: "" },
  { field: "difficulty", kind: "choice", about: "" },
  { field: "category", kind: "choice", about: "" },
  { field: "split", kind: "choice", about: "" },
  { field: "reasoning", kind: "long", about: "why that is the label" },
  { field: "ground_truth_output", kind: "long", about: "what the gold calls print, or the answer" },
  { field: "gold_answer", kind: "long", about: "the bare answer" },
  { field: "alternative_tools", kind: "json", about: "other acceptable decisions" },
  { field: "gold_calls", kind: "json", about: "the oracle's calls, in order" },
  { field: "gold_program", kind: "code", about: "Python that prints the answer" },
  { field: "check", kind: "json", about: "how an answer is graded" },
  { field: "files", kind: "json", about: "what the workspace holds" },
  { field: "tools", kind: "json", about: "the tools that are listed" },
  { field: "template", kind: "short", about: "" },
  { field: "topic", kind: "short", about: "" },
  { field: "id", kind: "short", about: "" },
];

/** Fields without which a sample is none: an empty text is kept, and told to be wrong where it is. */
const REQUIRED = ["id", "prompt", "optimal_tool", "reasoning", "difficulty", "category", "ground_truth_output"];

/** The fields that a sample has besides ours. */
export function otherFields(sample: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(sample).filter((name) => !KINDS.some(({ field }) => field === name));
}

/** A field's value as the text that a person edits. */
export function textOfField(kind: Kind, value: unknown): string {
  if (value === undefined) return "";
  if (kind === "json") return JSON.stringify(value, null, 2);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value that a text stands for; undefined: the field is left out. `problem`: it is not JSON. */
export function valueOfField(field: string, kind: Kind, text: string): { value: unknown } | { problem: string } {
  if (text === "" && !REQUIRED.includes(field)) return { value: undefined };
  if (kind !== "json") return { value: text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `this is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
}
