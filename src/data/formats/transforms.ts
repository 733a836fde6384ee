import { UserError } from "../../protocol/index.ts";
import type { Place } from "./mapping.ts";
import { bfcl } from "./presets/bfcl.ts";
import { chat } from "./presets/chat.ts";
import { gsm8k } from "./presets/gsm8k.ts";
import { humaneval } from "./presets/humaneval.ts";
import { shown } from "./shape.ts";

/** How a column's value becomes a field's. */
export interface Transform {
  /** Undefined leaves the field out. UserError: the value cannot be understood; a few words, without the place. */
  apply(value: unknown, place: Place): unknown;
  /** The value can be had back, so the column need not be kept beside it. */
  lossless?: boolean;
}

/** Every transform that a mapping may name. */
export const TRANSFORMS = {
  /** JSON text, as nested values stand in tables; an empty cell leaves the field out. */
  json: { apply: json, lossless: true },
  /** A cell of a table for an optional field: an empty one leaves it out. */
  filled: { apply: (value) => (value === "" ? undefined : value), lossless: true },
  /** NAME-1, NAME-2, …: an id for rows that have none. */
  row_id: { apply: (_, { name, number }) => `${name}-${number}` },
  ...gsm8k.transforms,
  ...humaneval.transforms,
  ...bfcl.transforms,
  ...chat.transforms,
} satisfies Record<string, Transform>;

export type TransformId = keyof typeof TRANSFORMS;

function json(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value.trim() === "") return undefined;
  // A bare word is no JSON, and may be one that can be mended: a list of one tool, a kind of check.
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new UserError(`${shown(value)} is not JSON`);
  }
}
