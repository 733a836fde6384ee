import type { Check } from "../../../protocol/index.ts";
import { byHead } from "../builders.ts";
import { number } from "../operands.ts";
import { additionSteps, productSteps, subtractionSteps } from "../steps.ts";
import type { Template } from "../template.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A single word out of a few; naming the others as well is no answer. */
const oneOf = (right: string, others: readonly string[]): Check => ({
  kind: "keywords",
  all: [right],
  none: [...others.filter((other) => other !== right), "not", "or"],
  max_words: 8,
});

/** A product with a fixed factor, asked as a small story. */
const counted = (id: string, split: Template["split"], factor: number, sentences: string[]) =>
  byHead({
    id,
    split,
    forms: { sentences },
    why: `A product with ${factor} of few steps.`,
    draw: (random, difficulty) => {
      const n = number(random, difficulty === "easy" ? [1, 1] : [1, 2]);
      return {
        values: { n: Math.max(n, 2) },
        program: `print(${factor} * ${Math.max(n, 2)})`,
        steps: productSteps(factor, Math.max(n, 2)),
      };
    },
  });

/** pure_reasoning, computed by head. */
export const HEAD: Template[] = [
  byHead({
    id: "head-sum",
    split: "train",
    forms: {
      nouns: ["{a} + {b}", "{a} plus {b}", "the sum of {a} and {b}"],
      sentences: [
        "add {a} and {b}.",
        "{a} + {b} = ?",
        "one shop has {a} pens and another has {b}. how many pens are there?",
      ],
    },
    why: "A small sum is done by head.",
    draw: (random) => {
      const [a, b] = [number(random, [1, 2]), number(random, [1, 2])];
      return { values: { a, b }, program: `print(${a} + ${b})`, steps: additionSteps(a, b) };
    },
  }),
  byHead({
    id: "head-difference",
    split: "test",
    forms: {
      nouns: ["{a} - {b}", "{a} minus {b}", "the difference of {a} and {b}"],
      sentences: ["subtract {b} from {a}.", "{a} - {b} = ?", "how much is left of {a} after taking {b}?"],
    },
    why: "A small difference is done by head.",
    draw: (random) => {
      const [x, y] = [number(random, [1, 2]), number(random, [1, 2])];
      const [a, b] = [Math.max(x, y), Math.min(x, y)];
      return { values: { a, b }, program: `print(${a} - ${b})`, steps: subtractionSteps(a, b) };
    },
  }),
  byHead({
    id: "head-product",
    split: "train",
    forms: {
      nouns: ["{a} * {b}", "{a} times {b}", "the product of {a} and {b}"],
      sentences: ["multiply {a} by {b}.", "{a} * {b} = ?", "there are {a} rows of {b} seats. how many seats is that?"],
    },
    why: "A product with a one-digit factor is done by head.",
    draw: (random) => {
      const [a, b] = [number(random, [1, 2]), random.integer(2, 9)];
      return { values: { a, b }, program: `print(${a} * ${b})`, steps: productSteps(a, b) };
    },
  }),
  counted("head-minutes", "test", 60, [
    "how many minutes are in {n} hours?",
    "{n} hours are how many minutes?",
    "a film lasts {n} hours. how many minutes is that?",
    "what is {n} times 60 minutes?",
  ]),
  counted("head-weeks", "train", 7, [
    "how many days are in {n} weeks?",
    "{n} weeks are how many days?",
    "a trip takes {n} weeks. how many days is that?",
    "what is {n} times 7 days?",
  ]),
  counted("head-double", "test", 2, [
    "what is the double of {n}?",
    "what is two times {n}?",
    "double {n}.",
    "tell me twice {n}.",
    "how many shoes are in {n} pairs?",
  ]),
  ...(["larger", "smaller"] as const).map((which) =>
    byHead({
      id: `head-${which}`,
      split: which === "larger" ? "test" : "train",
      forms: {
        plain: true,
        nouns: [`the ${which} of {a} and {b}`, `the ${which} number of {a} and {b}`],
        sentences: [
          `which is ${which}, {a} or {b}?`,
          `which number is ${which}: {a} or {b}?`,
          `is {a} or {b} ${which}?`,
          `{a} or {b}: which is ${which === "larger" ? "more" : "less"}?`,
        ],
      },
      why: "Two numbers are compared by looking at them.",
      draw: (random, difficulty) => {
        const digits = { easy: 1, medium: 2, hard: 3 }[difficulty];
        const a = number(random, [digits, digits]);
        let b = a;
        while (b === a) b = number(random, [digits, digits]);
        const program = `print(${which === "larger" ? "max" : "min"}(${a}, ${b}))`;
        return { values: { a, b }, program };
      },
    }),
  ),
  byHead({
    id: "head-parity",
    split: "validation",
    forms: {
      sentences: [
        "is {a} even or odd?",
        "is the number {a} odd or even?",
        "tell me whether {a} is even or odd.",
        "even or odd: {a}?",
        "is {a} an even or an odd number?",
      ],
    },
    why: "The last digit tells.",
    draw: (random, difficulty) => {
      const a = number(random, { easy: [1, 1], medium: [2, 2], hard: [3, 4] }[difficulty] as [number, number]);
      const program = `print("even" if ${a} % 2 == 0 else "odd")`;
      return { values: { a }, program, check: oneOf(a % 2 === 0 ? "even" : "odd", ["even", "odd"]) };
    },
  }),
  byHead({
    id: "head-weekday",
    split: "validation",
    forms: {
      sentences: [
        "which day comes {n} after {day}?",
        "it is {day}. which day is it in {n}?",
        "what day is {n} after {day}?",
        "{day} plus {n} is which day?",
      ],
    },
    why: "A few days are counted by head.",
    draw: (random) => {
      const [start, n] = [random.integer(0, 6), random.integer(1, 4)];
      const day = DAYS[start]!;
      const program = `days = ${JSON.stringify(DAYS)}\nprint(days[(days.index("${day}") + ${n}) % 7])`;
      const check = oneOf(
        DAYS[(start + n) % 7]!,
        DAYS.filter((other) => other !== day),
      );
      return { values: { day, n: n === 1 ? "one day" : `${n} days` }, program, steps: n, check };
    },
  }),
];
