import { brief, right, wrong, type Grade } from "./grader.ts";
import { normalizeAnswer } from "./normalize.ts";

/** Equal to the gold answer after folding case (unless it counts), edge punctuation and phrases like "The answer is". */
export function gradeExact(answer: string, gold: string, caseSensitive = false): Grade {
  return normalizeAnswer(answer, caseSensitive) === normalizeAnswer(gold, caseSensitive)
    ? right("equal to the gold answer")
    : wrong(`not "${brief(gold)}"`);
}
