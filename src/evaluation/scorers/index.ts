import { goldAnswer, type Sample } from "../../protocol/index.ts";
import { gradeExact } from "./exact.ts";
import { wrong, type Grade, type Grader } from "./grader.ts";
import { gradeKeywords } from "./keywords.ts";
import { gradeNumeric } from "./numeric.ts";
import { gradeSympy } from "./sympy.ts";

export type { Grade, Grader } from "./grader.ts";
export { gradeCalls } from "./calls.ts";
export { extractAnswer, normalizeAnswer } from "./normalize.ts";

/** No gold answer is near this length; matching patterns over more would take its time. */
const LONGEST_ANSWER = 10_000;

/** Judges a final answer by its sample's check; `exact` where there is none. Never rejects on what a model wrote. */
export async function gradeAnswer(sample: Sample, answer: string, grader: Grader = {}): Promise<Grade> {
  if (answer.trim() === "") return wrong("no answer");
  if (answer.length > LONGEST_ANSWER) return wrong(`longer than ${LONGEST_ANSWER} characters`);
  const gold = goldAnswer(sample);
  const check = sample.check ?? { kind: "exact" as const };
  if (check.kind === "numeric") return gradeNumeric(answer, gold, sample.prompt, check.tolerance);
  if (check.kind === "keywords") return gradeKeywords(answer, check);
  if (check.kind === "sympy") return gradeSympy(answer, gold, sample.prompt, grader);
  return gradeExact(answer, gold, check.case_sensitive);
}
