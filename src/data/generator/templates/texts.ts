import type { Check } from "../../../protocol/index.ts";
import { needsTool } from "../builders.ts";
import { DIGITS, ITEMS, LETTERS, list, number, show, word } from "../operands.ts";
import { MOST_AMBIGUOUS, sumSteps } from "../steps.ts";
import { drawUntil, type Template } from "../template.ts";

const EXACT: Check = { kind: "exact" };
/** One word or number, however it is introduced. */
const named = (...answers: string[]): Check => ({ kind: "keywords", any: answers, max_words: 12 });
/** Letters count as they are written: the answer differs from the question in nothing else. */
const CASED: Check = { kind: "exact", case_sensitive: true };

/** execution_required, by a program on lists, words and digits. */
export const TEXTS: Template[] = [
  needsTool({
    id: "list-sum",
    split: "train",
    forms: {
      nouns: ["the sum of {v}", "the sum of the list {v}", "the total of {v}", "the sum of all numbers in {v}"],
      sentences: ["add up {v}.", "sum the list {v}.", "add all items of {v}.", "what do {v} add up to?"],
    },
    why: "Many numbers are easily miscounted.",
    draw: (random, difficulty) =>
      drawUntil(
        () => {
          const items = list(random, ITEMS[difficulty]);
          return { values: { v: show(items) }, program: `print(sum(${show(items)}))`, steps: sumSteps(items) };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      ),
  }),
  needsTool({
    id: "list-sort",
    split: "test",
    forms: {
      plain: true,
      nouns: ["the sorted list of {v}", "the list {v} in ascending order", "{v} sorted"],
      sentences: ["sort {v}.", "sort the list {v}.", "put {v} in order.", "arrange {v} in ascending order."],
    },
    why: "Every item must be copied to its place.",
    draw: (random, difficulty) => {
      const items = list(random, ITEMS[difficulty]);
      return { values: { v: show(items) }, program: `print(sorted(${show(items)}))`, check: EXACT };
    },
  }),
  needsTool({
    id: "word-reverse",
    split: "test",
    forms: {
      plain: true,
      nouns: ["{w} backwards", "{w} reversed", "the reverse of {w}"],
      sentences: ["reverse {w}.", "reverse the word {w}.", "spell {w} backwards.", "write {w} backwards."],
    },
    why: "A model sees pieces of words, not letters.",
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      return {
        values: { w: `"${text}"` },
        program: `print("${text}"[::-1])`,
        check: named([...text].reverse().join("")),
      };
    },
  }),
  needsTool({
    id: "word-capitals",
    split: "train",
    forms: {
      plain: true,
      nouns: ["{w} in capitals", "{w} in upper case", "the upper case of {w}"],
      sentences: ["write {w} in capitals.", "convert {w} to upper case.", "put {w} in capital letters."],
    },
    why: "A model sees pieces of words, not letters.",
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      return { values: { w: `"${text}"` }, program: `print("${text}".upper())`, check: CASED };
    },
  }),
  needsTool({
    id: "letters-sorted",
    split: "validation",
    forms: {
      plain: true,
      nouns: ["the alphabetical order of the letters of {w}", "the word made of the sorted letters of {w}"],
      sentences: [
        "sort the letters of {w}.",
        "put the letters of {w} in alphabetical order.",
        "arrange the letters of {w} from a to z.",
      ],
    },
    why: "A model sees pieces of words, not letters.",
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      return {
        values: { w: `"${text}"` },
        program: `print("".join(sorted("${text}")))`,
        check: named([...text].sort().join("")),
      };
    },
  }),
  needsTool({
    id: "binary",
    split: "test",
    forms: {
      plain: true,
      nouns: ["{n} in binary", "the binary form of {n}", "the number {n} in base 2"],
      sentences: ["convert {n} to binary.", "write {n} in binary.", "write {n} in base 2."],
    },
    why: "Halving again and again takes many steps.",
    draw: (random, difficulty) => {
      const n = number(random, DIGITS[difficulty]);
      return { values: { n }, program: `print(f"{${n}:b}")`, check: named(n.toString(2), `0b${n.toString(2)}`) };
    },
  }),
];
