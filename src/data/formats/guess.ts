import { folded } from "./rules.ts";
import { Sample } from "../../protocol/index.ts";
import { FIELDS, type Field, type From, type Mapping } from "./mapping.ts";
import type { Rows } from "./rows.ts";
import { PRESET_IDS, PRESETS, type PresetId } from "./presets/index.ts";

type Row = Record<string, unknown>;

/** What other people call our fields. Folded: see `folded`. */
const NAMES: Partial<Record<Field, string[]>> = {
  id: ["task_id", "sample_id", "question_id", "uid", "idx", "index"],
  prompt: ["question", "instruction", "query", "problem", "input", "text"],
  optimal_tool: ["tool", "label"],
  reasoning: ["rationale", "explanation"],
  difficulty: ["level"],
  gold_answer: ["answer", "target", "output", "response", "solution", "expected"],
  split: ["subset"],
};

/** Stands in where no column says it, for the person to see and change. */
const DEFAULTS: Mapping = {
  id: { transform: "row_id" },
  optimal_tool: { constant: "none" },
  reasoning: { constant: "" },
  difficulty: { constant: "medium" },
  category: { constant: "ambiguous" },
  ground_truth_output: { constant: "" },
  alternative_tools: { constant: [] },
};
const NESTED: readonly Field[] = ["alternative_tools", "gold_calls", "check", "files", "tools"];
const REQUIRED: readonly string[] = Sample.required;

/** A mapping for rows as these: a preset's where they have its form, else by the names of the columns. */
export function guessMapping(
  columns: readonly string[],
  rows: readonly Row[],
  format: Rows["format"],
): { preset: PresetId | null; guess: Mapping } {
  const own = ["id", "prompt", "optimal_tool"].every((name) => columns.includes(name));
  const preset = own || rows.length === 0 ? undefined : PRESET_IDS.find((id) => PRESETS[id].matches(rows));
  if (preset) return { preset, guess: PRESETS[preset].mapping };
  const guess: Mapping = {};
  const taken = new Set<string>();
  for (const exact of [true, false]) {
    for (const field of FIELDS) {
      const names = exact ? [field] : (NAMES[field] ?? []);
      const column = columns.find((one) => !taken.has(one) && names.includes(folded(one)));
      if (guess[field] || column === undefined) continue;
      guess[field] = columnFor(field, column, format);
      taken.add(column);
    }
  }
  if (!guess.ground_truth_output && guess.gold_answer)
    guess.ground_truth_output = { column: guess.gold_answer.column! };
  return { preset: null, guess: { ...DEFAULTS, ...guess } };
}

/** CSV holds texts only: an empty cell of an optional field is none. Nested values may be JSON texts in any table. */
function columnFor(field: Field, column: string, format: Rows["format"]): From {
  if (NESTED.includes(field)) return { column, transform: "json" };
  return format === "csv" && !REQUIRED.includes(field) ? { column, transform: "filled" } : { column };
}
