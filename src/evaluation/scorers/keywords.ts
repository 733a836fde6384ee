import type { Check } from "../../protocol/index.ts";
import { brief, right, wrong, type Grade } from "./grader.ts";

/** Whole words, case folded: all of these, at least one of those, none of these, and no more words than allowed. */
export function gradeKeywords(answer: string, check: Check): Grade {
  const words = wordsOf(answer);
  if (check.max_words !== undefined && words.length > check.max_words) {
    return wrong(`${words.length} words, at most ${check.max_words} are accepted`);
  }
  const banned = check.none?.find((keyword) => has(words, answer, keyword));
  if (banned !== undefined) return wrong(`"${brief(banned)}" must not be there`);
  const missing = check.all?.find((keyword) => !has(words, answer, keyword));
  if (missing !== undefined) return wrong(`"${brief(missing)}" is missing`);
  if (check.any?.length && !check.any.some((keyword) => has(words, answer, keyword))) {
    return wrong(`none of "${brief(check.any.join('", "'))}"`);
  }
  // A check that asks for nothing would accept everything.
  if (!check.all?.length && !check.any?.length) return wrong("the check names no keyword to look for");
  return right("the keywords are there");
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+[+#]*/gu) ?? []
  );
}

/** Whether a keyword's words follow each other in the answer; one of signs only, like "==", is looked for as text. */
function has(words: string[], answer: string, keyword: string): boolean {
  const wanted = wordsOf(keyword);
  if (wanted.length === 0) return answer.includes(keyword.trim());
  return words.some((_, start) => wanted.every((word, i) => words[start + i] === word));
}
