import type { Template } from "../template.ts";
import { ALGEBRA } from "./algebra.ts";
import { BORDERLINE } from "./borderline.ts";
import { CHAINS } from "./chains.ts";
import { FACTS } from "./facts.ts";
import { HEAD } from "./head.ts";
import { NUMBERS } from "./numbers.ts";
import { TEXTS } from "./texts.ts";

/**
 * Every family of questions. Any change to them, or to their order, changes what a seed gives, and a test holds them to the
 * bytes of tool_use_v0: questions for another dataset get a list of their own.
 */
export const TEMPLATES: readonly Template[] = [
  ...HEAD,
  ...FACTS,
  ...NUMBERS,
  ...TEXTS,
  ...ALGEBRA,
  ...BORDERLINE,
  ...CHAINS,
];
