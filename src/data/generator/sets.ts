import type { Split } from "../../protocol/index.ts";
import type { Template } from "./template.ts";

/** The templates of one published dataset, and how its samples are dealt out to splits. */
export interface TemplateSet {
  templates: readonly Template[];
  /** The splits in turn, within each category and difficulty. */
  splitOrder: readonly Split[];
}

/** Of each six samples three are for training, two for the test, one for validation. */
const V0_ORDER: readonly Split[] = ["train", "test", "train", "validation", "train", "test"];

/** Fetched when wanted: a page that generates nothing need not hold all questions of the world. */
const SETS = {
  tool_use_v0: async (): Promise<TemplateSet> => ({
    templates: (await import("./templates/index.ts")).TEMPLATES,
    splitOrder: V0_ORDER,
  }),
  tool_use_v1: async (): Promise<TemplateSet> => (await import("./v1/index.ts")).V1,
};

export type SetName = keyof typeof SETS;
export const SET_NAMES = Object.keys(SETS) as SetName[];
export const NEWEST_SET: SetName = "tool_use_v1";

export const templateSet = (name: SetName): Promise<TemplateSet> => SETS[name]();
