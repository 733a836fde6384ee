import { CATEGORIES, DIFFICULTIES, Sample, SPLITS, TOOL_NAMES } from "../../protocol/index.ts";
import type { Field, From } from "../../data/formats/index.ts";
import { KINDS, textOfField, valueOfField, type Kind } from "./fields.ts";

/** A field as a row of the mapping's table. */
export interface MappedField {
  field: Field;
  kind: Kind;
  about: string;
  required: boolean;
  /** The values that the field may have; none: any. */
  choices: readonly string[];
}

const CHOICES: Partial<Record<Field, readonly string[]>> = {
  optimal_tool: ["none", ...TOOL_NAMES],
  difficulty: DIFFICULTIES,
  category: CATEGORIES,
  split: SPLITS,
};
const REQUIRED: readonly string[] = Sample.required;

/** Every field, in the order in which a person reads them, the required ones first. */
export const MAPPED_FIELDS: readonly MappedField[] = KINDS.map(({ kind, about, ...one }) => {
  const field = one.field as Field;
  return { field, kind, about, required: REQUIRED.includes(field), choices: CHOICES[field] ?? [] };
}).sort((a, b) => Number(b.required) - Number(a.required));

/** What the plain transforms do, for a person; the others belong to a form of rows. */
export const TRANSFORM_TITLES = { "": "as it is", json: "read as JSON", filled: "left out where empty" } as const;

/** What a field comes from, as the select of its row says it. */
export type Choice = `column:${string}` | "constant" | "row_id" | "form" | "none";

/** What a field comes from now. */
export function choiceOf(from: From | undefined): Choice {
  if (!from) return "none";
  if (from.column !== undefined) return `column:${from.column}`;
  if (from.transform === undefined) return "constant";
  return from.transform === "row_id" ? "row_id" : "form";
}

/** What is known when a choice is made. */
interface Known {
  before: From | undefined;
  /** What the chosen form of rows does with this field. */
  form: From | undefined;
  /** Of the file: cells of CSV are texts only. */
  format: string;
}

/**
 * What a field comes from after a choice; undefined: nothing. What the form of rows does by its own rules can be had back,
 * and its rule stays where a field merely takes another column.
 */
export function choose(one: MappedField, choice: Choice, { before, form, format }: Known): From | undefined {
  if (choice === "none") return undefined;
  if (choice === "row_id") return { transform: "row_id" };
  if (choice === "form") return form;
  if (choice === "constant") return { constant: form && "constant" in form ? form.constant : firstConstant(one) };
  const column = choice.slice("column:".length);
  if (before?.column !== undefined) return { ...before, column };
  if (form?.column === column) return form;
  const transform = one.kind === "json" ? "json" : format === "csv" && !one.required ? "filled" : undefined;
  return { column, ...(transform && { transform }) };
}

function firstConstant({ field, kind, choices }: MappedField): unknown {
  if (field === "difficulty") return "medium";
  if (field === "category") return "ambiguous";
  if (field === "check" || field === "files") return {};
  return kind === "json" ? [] : (choices[0] ?? "");
}

/** A constant as the text of its input. */
export function constantText({ kind }: MappedField, from: From | undefined): string {
  return kind === "json" ? (JSON.stringify(from?.constant) ?? "") : textOfField(kind, from?.constant);
}

/** The constant that a text stands for. `problem`: it is not JSON. */
export function constantOf({ field, kind }: MappedField, text: string): From | { problem: string } {
  const read = valueOfField(field, kind, text);
  return "problem" in read ? read : { constant: read.value };
}
