import type { Sample } from "../../protocol/index.ts";
import { check, percent, some, type TrustCheck } from "./check.ts";
import { paced, type Watch } from "./pace.ts";
import { fold, splitWords } from "./words.ts";

/** The share of execution_required samples that show their answer from which on it is a problem. */
const TOO_MANY = 0.1;

/**
 * A number as people write it: `-1,234.5`, but not a part of `1.2.3` or `x2`. A minus after a digit, a letter or a bracket
 * subtracts and is no sign.
 */
const NUMBER = /(?:(?<![\p{L}\p{N}_)\]])-)?(?<![\p{L}\p{N}_]|\p{N}\.)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\.?\d)/gu;
const PLAIN_NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/;

/** What is being graded; null where it is not an answer. */
function answerOf({ gold_answer, ground_truth_output, check }: Sample): string | null {
  if (check?.kind === "calls") return null;
  return (gold_answer ?? ground_truth_output).trim() || null;
}

/** Whether the answer stands in the prompt by itself, not inside a longer number or word. White space does not count. */
function showsAnswer(prompt: string, answer: string, caseSensitive: boolean): boolean {
  const spell = (text: string) => (caseSensitive ? text.normalize("NFKC").trim() : fold(text));
  const [text, wanted] = [spell(prompt), spell(answer)];
  if (PLAIN_NUMBER.test(wanted)) {
    const value = numberOf(wanted);
    return [...text.matchAll(NUMBER)].some(([found]) => numberOf(found) === value);
  }
  const tokens = splitWords(wanted);
  if (tokens.length === 0 || tokens.length > text.length) return false;
  const pattern = tokens
    .map((token, i) => {
      const next = tokens[i + 1];
      const apart = next === undefined ? "" : isWord(token) && isWord(next) ? "\\s+" : "\\s*";
      return token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") + apart;
    })
    .join("");
  const before = isWord(tokens[0]!) ? "(?<![\\p{L}\\p{N}_]|\\p{N}[.,])" : "";
  const after = isWord(tokens.at(-1)!) ? "(?![\\p{L}\\p{N}_]|[.,]\\p{N})" : "";
  return new RegExp(before + pattern + after, "u").test(text);
}

const isWord = (token: string) => /[\p{L}\p{N}_]/u.test(token);
const numberOf = (text: string) => Number(text.replaceAll(",", ""));

/**
 * Samples whose gold answer stands in the prompt. Where `none` is right and the answer is given, that is a trap for models
 * that call without need, not an error: it is counted for each category and held against nobody.
 */
export async function answersInPrompts(samples: readonly Sample[], watch: Watch = {}): Promise<TrustCheck> {
  const groups = new Map<string, { category: string; label: string; ids: string[]; all: number }>();
  let withoutAnswer = 0;
  await paced("answers in prompts", samples, watch, (sample) => {
    const { id, prompt, category, optimal_tool: label } = sample;
    const answer = answerOf(sample);
    if (answer === null) return void withoutAnswer++;
    const key = JSON.stringify([category, label]);
    const group = groups.get(key) ?? { category, label, ids: [], all: 0 };
    groups.set(key, group);
    group.all++;
    if (showsAnswer(prompt, answer, sample.check?.case_sensitive === true)) group.ids.push(id);
  });
  const found = [...groups.values()].filter(({ ids }) => ids.length > 0);
  const total = (of: { ids: string[]; all: number }[]) =>
    of.reduce((sum, { ids, all }) => ({ shown: sum.shown + ids.length, all: sum.all + all }), { shown: 0, all: 0 });
  const tool = [...groups.values()].filter(({ label }) => label !== "none");
  const [needing, strict] = [total(tool), total(tool.filter(({ category }) => category === "execution_required"))];
  const traps = total([...groups.values()].filter(({ label }) => label === "none"));
  const many = strict.shown > TOO_MANY * strict.all;
  return check(
    {
      id: "answer_in_prompt",
      title: "The answer stands in the prompt",
      level: many ? "problem" : needing.shown > 0 ? "notice" : "ok",
      summary: [
        `${needing.shown} of ${some(needing.all, "sample")} that want a tool show their answer (execution_required: ${strict.shown} of ${strict.all}; more than ${percent(TOO_MANY, 1)} is a problem).`,
        `Of ${some(traps.all, "sample")} labelled none, ${traps.shown} give it: traps, no errors.`,
        ...(withoutAnswer > 0 ? [`${some(withoutAnswer, "sample")} without a graded answer were left out.`] : []),
      ].join(" "),
    },
    found.sort((a, b) => Number(a.label === "none") - Number(b.label === "none") || b.ids.length - a.ids.length),
    ({ category, label, ids, all }) => ({
      ids,
      detail: `${category}, labelled ${label}: ${ids.length} of ${all}${label === "none" ? " (traps)" : ""}`,
    }),
  );
}
