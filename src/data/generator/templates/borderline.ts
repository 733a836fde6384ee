import type { Check } from "../../../protocol/index.ts";
import { borderline, type Question } from "../builders.ts";
import { linear, list, number, polynomial, show, word, writePolynomial } from "../operands.ts";
import {
  additionSteps,
  derivativeSteps,
  divisionSteps,
  powerSteps,
  productSteps,
  subtractionSteps,
  sumSteps,
} from "../steps.ts";
import { algebra, sympyProgram, type Template } from "../template.ts";

const SYMPY: Check = { kind: "sympy" };
const digitsOf = (n: number) => [...String(n)].map(Number);

/** Comparing two numbers costs a step for each digit. */
const extreme = (which: "max" | "min", split: Template["split"], nouns: string[], sentences: string[]) =>
  borderline({
    id: `list-${which}`,
    split,
    forms: { nouns, sentences, plain: true },
    draw: (random) => {
      const digits = random.integer(1, 2);
      const items = list(random, [3, 8], [digits, digits]);
      return {
        values: { v: show(items) },
        program: `print(${which}(${show(items)}))`,
        steps: (items.length - 1) * digits,
      };
    },
  });

/** ambiguous: each can be small enough for the head or too large for it. */
export const BORDERLINE: Template[] = [
  borderline({
    id: "sum-of-two",
    split: "train",
    forms: {
      nouns: ["{a} + {b}", "{a} plus {b}", "the sum of {a} and {b}", "{a} added to {b}"],
      sentences: ["add {a} and {b}.", "{a} + {b} = ?", "put {a} and {b} together."],
    },
    draw: (random): Question => {
      const [a, b] = [number(random, [2, 7]), number(random, [2, 7])];
      return { values: { a, b }, program: `print(${a} + ${b})`, steps: additionSteps(a, b) };
    },
  }),
  borderline({
    id: "sum-of-three",
    split: "test",
    forms: {
      nouns: ["{a} + {b} + {c}", "{a} plus {b} plus {c}", "the value of {a} + {b} + {c}"],
      sentences: ["{a} + {b} + {c} = ?", "work through {a} + {b} + {c}.", "do the sum {a} + {b} + {c}."],
    },
    draw: (random) => {
      const [a, b, c] = [number(random, [1, 4]), number(random, [1, 4]), number(random, [1, 4])];
      return { values: { a, b, c }, program: `print(${a} + ${b} + ${c})`, steps: sumSteps([a, b, c]) };
    },
  }),
  borderline({
    id: "difference",
    split: "validation",
    forms: {
      nouns: ["{a} - {b}", "{a} minus {b}", "the difference between {a} and {b}"],
      sentences: ["subtract {b} from {a}.", "take {b} away from {a}.", "{a} - {b} = ?"],
    },
    draw: (random) => {
      const [x, y] = [number(random, [2, 7]), number(random, [2, 7])];
      const [a, b] = [Math.max(x, y), Math.min(x, y)];
      return { values: { a, b }, program: `print(${a} - ${b})`, steps: subtractionSteps(a, b) };
    },
  }),
  borderline({
    id: "short-product",
    split: "test",
    forms: {
      nouns: ["{a} * {b}", "{a} times {b}", "the product of {a} and {b}", "{a} multiplied by {b}"],
      sentences: ["multiply {a} by {b}.", "{a} * {b} = ?", "a box holds {a} screws. how many screws are in {b} boxes?"],
    },
    draw: (random) => {
      const [a, b] = [number(random, [2, 3]), number(random, [1, 2])];
      return {
        values: { a, b: Math.max(b, 2) },
        program: `print(${a} * ${Math.max(b, 2)})`,
        steps: productSteps(a, Math.max(b, 2)),
      };
    },
  }),
  borderline({
    id: "short-remainder",
    split: "train",
    forms: {
      nouns: ["{a} mod {b}", "the remainder of {a} divided by {b}", "the remainder when {a} is divided by {b}"],
      sentences: ["divide {a} by {b} and give the remainder.", "what remains when {b} divides {a}?"],
    },
    draw: (random) => {
      const [a, b] = [number(random, [2, 5]), number(random, [1, 2])];
      const divisor = Math.max(b, 2);
      return { values: { a, b: divisor }, program: `print(${a} % ${divisor})`, steps: divisionSteps(a, divisor) };
    },
  }),
  borderline({
    id: "short-power",
    split: "validation",
    forms: {
      nouns: ["{a} to the power {b}", "{a} ** {b}", "{a} raised to {b}"],
      sentences: ["raise {a} to the power {b}.", "take {a} to the power {b}."],
    },
    draw: (random) => {
      const [a, b] = [random.integer(2, 30), random.integer(2, 8)];
      return { values: { a, b }, program: `print(${a} ** ${b})`, steps: powerSteps(a, b) };
    },
  }),
  extreme(
    "max",
    "train",
    ["the maximum of {v}", "the largest of {v}", "the largest number in {v}"],
    ["which number is the largest in {v}?", "which is the biggest of {v}?"],
  ),
  extreme(
    "min",
    "test",
    ["the minimum of {v}", "the smallest of {v}", "the smallest number in {v}"],
    ["which number is the smallest in {v}?", "which is the least of {v}?"],
  ),
  borderline({
    id: "short-list-sum",
    split: "validation",
    forms: {
      nouns: ["the sum of {v}", "the sum of the list {v}", "the total of {v}"],
      sentences: ["add up {v}.", "sum the list {v}.", "what do {v} add up to?"],
    },
    draw: (random) => {
      const items = list(random, [3, 6], [1, 2]);
      return { values: { v: show(items) }, program: `print(sum(${show(items)}))`, steps: sumSteps(items) };
    },
  }),
  borderline({
    id: "word-length",
    split: "test",
    forms: {
      plain: true,
      nouns: ["the length of {w}", "the number of letters in {w}", "the length of the word {w}"],
      sentences: ["how long is {w}?", "how many letters does {w} have?", "count the letters of {w}."],
    },
    draw: (random) => {
      const text = word(random, [3, 12]);
      return { values: { w: `"${text}"` }, program: `print(len("${text}"))`, steps: text.length };
    },
  }),
  borderline({
    id: "letter-count",
    split: "train",
    forms: {
      plain: true,
      nouns: ["the number of times {c} is in {w}", "how often {c} occurs in {w}"],
      sentences: [
        "how many times does {c} occur in {w}?",
        "count the letter {c} in {w}.",
        "how often does the letter {c} appear in {w}?",
      ],
    },
    draw: (random) => {
      const text = word(random, [3, 12]);
      // A letter that occurs again, where there is one and as often as not: else nearly every count is 1.
      const repeated = [...text].filter((letter, i) => text.indexOf(letter) < i);
      const letter = random.pick(repeated.length > 0 && random.next() < 0.5 ? repeated : [...text]);
      const values = { w: `"${text}"`, c: `"${letter}"` };
      return { values, program: `print("${text}".count("${letter}"))`, steps: text.length };
    },
  }),
  borderline({
    id: "short-digit-sum",
    split: "train",
    forms: {
      nouns: ["the digit sum of {n}", "the sum of the digits of {n}"],
      sentences: ["add up the digits of {n}.", "sum the digits of {n}.", "what do the digits of {n} add up to?"],
    },
    draw: (random) => {
      const n = number(random, [3, 8]);
      return { values: { n }, program: `print(sum(int(d) for d in str(${n})))`, steps: sumSteps(digitsOf(n)) };
    },
  }),
  borderline({
    id: "short-derivative",
    split: "test",
    forms: {
      nouns: ["the derivative of {e}", "d/dx of {e}", "the derivative of {e} with respect to x"],
      sentences: ["differentiate {e}.", "take the derivative of {e}.", "differentiate {e} with respect to x."],
    },
    draw: (random) => {
      const terms = polynomial(random, random.integer(1, 4), 5, 15);
      const e = writePolynomial(terms);
      const steps = derivativeSteps(terms);
      return {
        values: { e },
        call: algebra("differentiate", e),
        program: sympyProgram("diff", `diff(${e}, x)`),
        steps,
        check: SYMPY,
      };
    },
  }),
  borderline({
    id: "linear-equation",
    split: "train",
    forms: {
      plain: true,
      nouns: ["the solution of {e} = 0", "the value of x with {e} = 0"],
      sentences: ["solve {e} = 0.", "solve {e} = 0 for x.", "solve the equation {e} = 0.", "for which x is {e} = 0?"],
    },
    draw: (random) => {
      const [factor, root] = [random.integer(2, 19), number(random, [1, 4])];
      const e = linear(factor, -factor * root);
      const steps = divisionSteps(factor * root, factor);
      return {
        values: { e },
        call: algebra("solve", e),
        program: sympyProgram("solve", `solve(${e}, x)`),
        steps,
        check: SYMPY,
      };
    },
  }),
  borderline({
    id: "short-expansion",
    split: "validation",
    forms: {
      plain: true,
      nouns: ["the expanded form of {e}", "{e} expanded", "{e} multiplied out"],
      sentences: ["expand {e}.", "multiply out {e}.", "write {e} in expanded form."],
    },
    draw: (random) => {
      const [factor, other] = [random.integer(1, 3), random.integer(1, 3)];
      const [a, b] = [random.integer(1, 19), random.integer(1, 19)];
      const e = `(${linear(factor, a)})*(${linear(other, b)})`;
      // Four products (those with 1 are free), and the sum of the two in the middle.
      const products = [
        [factor, other],
        [factor, b],
        [a, other],
        [a, b],
      ] as const;
      const steps =
        products.reduce((sum, [p, q]) => sum + (p > 1 && q > 1 ? productSteps(p, q) : 0), 0) +
        additionSteps(factor * b, a * other);
      return {
        values: { e },
        call: algebra("expand", e),
        program: sympyProgram("expand", `expand(${e})`),
        steps,
        check: SYMPY,
      };
    },
  }),
];
