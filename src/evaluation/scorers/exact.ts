import { brief, right, wrong, type Grade } from "./grader.ts";
import { normalizeAnswer } from "./normalize.ts";

/** Equal to the gold answer after folding case, edge punctuation and phrases like "The answer is". */
export function gradeExact(answer: string, gold: string): Grade {
  return normalizeAnswer(answer) === normalizeAnswer(gold)
    ? right("equal to the gold answer")
    : wrong(`not "${brief(gold)}"`);
}
