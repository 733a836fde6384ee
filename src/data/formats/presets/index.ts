import type { Mapping } from "../mapping.ts";
import { bfcl } from "./bfcl.ts";
import { chat, trl } from "./chat.ts";
import { gsm8k } from "./gsm8k.ts";
import { humaneval } from "./humaneval.ts";

/** A known form of rows. */
export interface Preset {
  title: string;
  /** Whether all of these rows have this form. */
  matches(rows: readonly Record<string, unknown>[]): boolean;
  mapping: Mapping;
}

export const PRESET_IDS = ["gsm8k", "humaneval", "bfcl", "chat", "trl"] as const;
export type PresetId = (typeof PRESET_IDS)[number];

/** Every known form, the more particular ones first. */
export const PRESETS: Record<PresetId, Preset> = {
  gsm8k,
  humaneval,
  bfcl,
  chat,
  trl,
};
