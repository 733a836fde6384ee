import { byHead } from "../../builders.ts";
import { number, word } from "../../operands.ts";
import { additionSteps } from "../../steps.ts";
import { drawUntil, type Template } from "../../template.ts";
import type { UnseenName } from "./tools.ts";

const NAMES = [
  "roman_numeral",
  "caesar_shift",
  "edit_distance",
  "days_between",
  "word_score",
  "check_digit",
  "morse_code",
  "leap_years",
  "collatz_steps",
  "letters_apart",
];

/** pure_reasoning: unseen tools are listed, perhaps named, and none is needed. */
export const IDLE: (readonly [Template, readonly UnseenName[]])[] = [
  [
    {
      ...byHead({
        id: "unseen-idle-sum",
        split: "test_tools",
        forms: {
          sentences: [
            "whatever the tools can do: what is {a} + {b}?",
            "a small one between two large ones: {a} plus {b}?",
            "no tool of yours adds, so do it by head: {a} + {b}.",
            "i have {a} stamps and get {b} more. how many stamps is that?",
            "on the left are {a} birds, on the right {b}. how many birds are there?",
            "from {a} go {b} further. where do you end?",
          ],
        },
        why: "A small sum is done by head, and none of the tools adds.",
        draw: (random) => {
          const [a, b] = [number(random, [1, 2]), number(random, [1, 2])];
          return { values: { a, b }, program: `print(${a} + ${b})`, steps: additionSteps(a, b) };
        },
      }),
      topic: "unseen: no tool adds",
    },
    [],
  ],
  [
    {
      ...byHead({
        id: "unseen-idle-named",
        split: "test_tools",
        forms: {
          sentences: [
            "{tool} is listed, but just tell me the last letter of {w}.",
            "leave {tool} alone: which letter ends {w}?",
            "{tool} does not help here: what is the last letter of {w}?",
            "with or without {tool}, which letter stands at the end of {w}?",
            "is it {tool} that you need to name the last letter of {w}? name it.",
            "do not call {tool}. what letter does {w} end with?",
          ],
        },
        why: "A tool is named, but the last letter of a word is read off.",
        draw: (random, difficulty) => {
          const letters = { easy: [4, 6], medium: [7, 9], hard: [10, 12] }[difficulty] as [number, number];
          // "a" and "i" are words of any sentence.
          const text = drawUntil(
            () => word(random, letters),
            (drawn) => !/[ai]$/.test(drawn),
          );
          const last = text.at(-1)!;
          return {
            values: { w: `"${text}"`, tool: random.pick(NAMES) },
            program: `print("${text}"[-1])`,
            check: { kind: "keywords", all: [last], max_words: 12 },
          };
        },
      }),
      topic: "unseen: a tool is named and not needed",
    },
    [],
  ],
  [
    {
      ...byHead({
        id: "unseen-idle-given",
        split: "test_tools",
        forms: {
          sentences: [
            "by our own rules {w} is worth {n} points. how many points is it worth by them?",
            "our jury gave {n} points to {w}. how many points did it give?",
            "in our own game the word {w} scores {n}. what does it score there?",
            "given that {w} has {n} points in our own game, how many points has it there?",
            "by the house rules {n} points go to {w}. so how many does {w} get?",
            "we have scored {w} by our own rules: {n} points. repeat the number of points.",
          ],
        },
        why: "The answer stands in the question.",
        draw: (random, difficulty) => {
          const letters = { easy: [4, 6], medium: [7, 9], hard: [10, 12] }[difficulty] as [number, number];
          const n = random.integer(8, 40);
          return { values: { w: `"${word(random, letters)}"`, n }, program: `print(${n})` };
        },
      }),
      topic: "unseen: the answer is in the question",
    },
    ["word_score"],
  ],
];
