import type { Split } from "../../../protocol/index.ts";
import type { TemplateSet } from "../sets.ts";
import { TEMPLATES } from "../templates/index.ts";
import { MORE_BORDERLINE } from "./borderline.ts";
import { FILE_WORK } from "./file-work.ts";
import { FILE_TEMPLATES } from "./files.ts";
import { RECOVERY } from "./recovery.ts";
import { SEARCH } from "./search.ts";
import { withTopics } from "./topics.ts";
import { TRAPS } from "./traps.ts";
import { UNSEEN_TEMPLATES } from "./unseen/index.ts";

/** Of each twelve samples eight are for training, two for the test, one for validation and one for the test with unseen tools. */
const SPLIT_ORDER: readonly Split[] = [
  "train",
  "train",
  "test",
  "train",
  "train",
  "validation",
  "train",
  "train",
  "test",
  "train",
  "train",
  "test_tools",
];

/**
 * The templates of tool_use_v1. Any change to them, or to their order, changes what a seed gives, and a test holds them to
 * the published bytes.
 */
export const V1: TemplateSet = {
  templates: [
    ...withTopics(TEMPLATES),
    ...MORE_BORDERLINE,
    ...TRAPS,
    ...FILE_TEMPLATES,
    ...FILE_WORK,
    ...SEARCH,
    ...RECOVERY,
    ...UNSEEN_TEMPLATES,
  ],
  splitOrder: SPLIT_ORDER,
};
