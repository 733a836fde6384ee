import { borderline, type Question } from "../../builders.ts";
import type { Forms } from "../../phrasing.ts";
import { word } from "../../operands.ts";
import { drawUntil, type Template } from "../../template.ts";
import type { Random } from "../../../../protocol/index.ts";
import { romanProgram, scoreProgram } from "./needed.ts";
import type { UnseenName } from "./tools.ts";

function between(
  name: UnseenName,
  forms: Forms,
  draw: (random: Random) => Question,
): readonly [Template, readonly UnseenName[]] {
  const template = borderline({ id: `unseen-short-${name.replaceAll("_", "-")}`, split: "test_tools", forms, draw });
  return [{ ...template, topic: `unseen: ${name}` }, [name]];
}

const ONES = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
const romanDigits = (n: number) => [...String(n)].reduce((sum, digit) => sum + ONES[Number(digit)]!.length, 0);

/** ambiguous: the count of letters or steps decides. */
export const AMBIGUOUS = [
  between(
    "roman_numeral",
    {
      plain: true,
      nouns: ["{n} as a Roman numeral", "the Roman form of {n}"],
      sentences: [
        "how do you write {n} in Roman letters?",
        "give the Roman numeral of {n}.",
        "{n}: how would a Roman write it?",
        "put {n} into Roman numerals.",
      ],
    },
    (random) => {
      const n = random.pick([random.integer(2, 99), random.integer(100, 3999)]);
      const call = { name: "roman_numeral", arguments: { number: n } };
      return { values: { n }, call, program: romanProgram(String(n)), steps: romanDigits(n), check: { kind: "exact" } };
    },
  ),
  between(
    "word_score",
    {
      plain: true,
      nouns: ["the score of {w} in the crossword game", "the points for {w} in the crossword game"],
      sentences: [
        "how much does {w} score in the crossword game?",
        "what is {w} worth in the crossword game?",
        "count the crossword-game points of {w}.",
        "{w}: how many crossword-game points?",
      ],
    },
    (random) => {
      const text = word(random, [3, 12]);
      const call = { name: "word_score", arguments: { word: text } };
      return { values: { w: `"${text}"` }, call, program: scoreProgram(`"${text}"`), steps: text.length };
    },
  ),
  between(
    "letters_apart",
    {
      plain: true,
      nouns: ["the number of places where {a} and {b} differ", "the Hamming distance of {a} and {b}"],
      sentences: [
        "in how many places do {a} and {b} differ?",
        "how many letters of {a} and {b} are not the same, place by place?",
        "compare {a} with {b} letter by letter: how many differ?",
        "count the places in which {a} differs from {b}.",
      ],
    },
    (random) => {
      const length = random.integer(3, 12);
      const [a, b] = drawUntil(
        () => [word(random, [length, length]), word(random, [length, length])] as const,
        ([x, y]) => x !== y,
      );
      const call = { name: "letters_apart", arguments: { first: a, second: b } };
      const program = `print(len([i for i in range(${length}) if "${a}"[i] != "${b}"[i]]))`;
      return { values: { a: `"${a}"`, b: `"${b}"` }, call, program, steps: length };
    },
  ),
  between(
    "collatz_steps",
    {
      plain: true,
      nouns: ["the number of Collatz steps from {n} to 1", "the length of the Collatz way from {n} to 1"],
      sentences: [
        "how many Collatz steps lead from {n} to 1?",
        "count the Collatz steps of {n}.",
        "starting at {n}, how many Collatz steps reach 1?",
        "in how many Collatz steps does {n} come to 1?",
      ],
    },
    (random) => {
      const [n, steps] = drawUntil(
        () => {
          const start = random.integer(3, 400);
          return [start, collatz(start)] as const;
        },
        ([, count]) => count <= 12,
      );
      const call = { name: "collatz_steps", arguments: { start: n } };
      const program = `f = lambda n: 0 if n == 1 else 1 + f(n // 2 if n % 2 == 0 else 3 * n + 1)\nprint(f(${n}))`;
      return { values: { n }, call, program, steps };
    },
  ),
];

function collatz(n: number): number {
  let steps = 0;
  for (let at = n; at !== 1; steps++) at = at % 2 === 0 ? at / 2 : 3 * at + 1;
  return steps;
}
