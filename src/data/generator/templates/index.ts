import type { Template } from "../template.ts";
import { ALGEBRA } from "./algebra.ts";
import { BORDERLINE } from "./borderline.ts";
import { CHAINS } from "./chains.ts";
import { FACTS } from "./facts.ts";
import { HEAD } from "./head.ts";
import { PROGRAMS } from "./programs.ts";

/** Every family of questions. */
export const TEMPLATES: readonly Template[] = [...HEAD, ...FACTS, ...PROGRAMS, ...ALGEBRA, ...BORDERLINE, ...CHAINS];
