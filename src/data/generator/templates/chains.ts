import type { Check } from "../../../protocol/index.ts";
import { chain } from "../builders.ts";
import {
  DIGITS,
  ITEMS,
  LARGEST,
  LETTERS,
  linear,
  list,
  nonZero,
  number,
  polynomial,
  show,
  word,
  writePolynomial,
} from "../operands.ts";
import type { Difficulty, Random } from "../../../protocol/index.ts";
import { algebra, python, sympyProgram, type ByDifficulty, type Template } from "../template.ts";

const SYMPY: Check = { kind: "sympy" };
const CASED: Check = { kind: "exact", case_sensitive: true };

const PRODUCT = [
  "multiply {a} by {b}",
  "compute {a} * {b}",
  "work out {a} times {b}",
  "find the product of {a} and {b}",
];
const SUM = ["add up {v}", "sum the list {v}", "find the sum of {v}", "compute the total of {v}"];
const DIGIT_SUM = [
  "add up the digits of the result",
  "give the digit sum of the result",
  "find the sum of its digits",
  "sum its digits",
];
const REMAINDER = [
  "take the remainder when divided by {k}",
  "reduce it modulo {k}",
  "give the result mod {k}",
  "divide by {k} and give the remainder",
];
const DIVISORS = [
  "count the divisors of the result",
  "find how many divisors it has",
  "give the number of divisors of the result",
];
const DERIVE = ["differentiate {e}", "take the derivative of {e}", "find the derivative of {e}"];

const digitSum = (n: string) => `print(sum(int(d) for d in str(${n})))`;
const divisors = (n: string) => `print(sum(${n} % d == 0 for d in range(1, ${n} + 1)))`;

/** Digits of the two factors: a chain's numbers are shorter than a single product's. */
const FACTORS: ByDifficulty<readonly [number, number]> = { easy: [2, 3], medium: [3, 4], hard: [5, 6] };
const factors = (random: Random, difficulty: Difficulty) =>
  [number(random, FACTORS[difficulty]), number(random, FACTORS[difficulty])] as const;
const cubic = (random: Random, difficulty: Difficulty) =>
  writePolynomial(polynomial(random, { easy: 2, medium: 3, hard: 4 }[difficulty], 6, 15));

/** multi_step. */
export const CHAINS: Template[] = [
  chain({
    id: "product-then-digits",
    split: "test",
    firsts: PRODUCT,
    seconds: DIGIT_SUM,
    why: "The digits are those of a product that must be exact.",
    draw: (random, difficulty) => {
      const [a, b] = factors(random, difficulty);
      const second = (product: string) => python(digitSum(product));
      return { values: { a, b }, first: python(`print(${a} * ${b})`), second, program: digitSum(`${a} * ${b}`) };
    },
  }),
  chain({
    id: "product-then-remainder",
    split: "train",
    firsts: PRODUCT,
    seconds: REMAINDER,
    why: "A remainder needs every digit of the product.",
    draw: (random, difficulty) => {
      const [a, b] = factors(random, difficulty);
      const k = number(random, difficulty === "easy" ? [2, 2] : [2, 3]);
      const second = (product: string) => python(`print(${product} % ${k})`);
      return { values: { a, b, k }, first: python(`print(${a} * ${b})`), second, program: `print(${a} * ${b} % ${k})` };
    },
  }),
  chain({
    id: "product-then-sum",
    split: "validation",
    firsts: PRODUCT,
    seconds: ["add {k} to the result", "add {k} to it", "increase the result by {k}"],
    why: "Two operations, the first on long numbers.",
    draw: (random, difficulty) => {
      const [a, b] = factors(random, difficulty);
      const k = number(random, DIGITS[difficulty]);
      const second = (product: string) => python(`print(${product} + ${k})`);
      return { values: { a, b, k }, first: python(`print(${a} * ${b})`), second, program: `print(${a} * ${b} + ${k})` };
    },
  }),
  chain({
    id: "list-sum-then-product",
    split: "train",
    firsts: SUM,
    seconds: ["multiply the result by {k}", "multiply it by {k}", "take {k} times the result"],
    why: "A sum of many numbers, then a product.",
    draw: (random, difficulty) => {
      const [v, k] = [show(list(random, ITEMS[difficulty])), number(random, [2, 2])];
      const second = (sum: string) => python(`print(${sum} * ${k})`);
      return { values: { v, k }, first: python(`print(sum(${v}))`), second, program: `print(sum(${v}) * ${k})` };
    },
  }),
  chain({
    id: "list-sum-then-remainder",
    split: "test",
    firsts: SUM,
    seconds: REMAINDER,
    why: "A sum of many numbers, then a division.",
    draw: (random, difficulty) => {
      const [v, k] = [show(list(random, ITEMS[difficulty])), number(random, [2, 2])];
      const second = (sum: string) => python(`print(${sum} % ${k})`);
      return { values: { v, k }, first: python(`print(sum(${v}))`), second, program: `print(sum(${v}) % ${k})` };
    },
  }),
  chain({
    id: "list-sum-then-divisors",
    split: "validation",
    firsts: SUM,
    seconds: DIVISORS,
    why: "A sum of many numbers, then a trial of many divisors.",
    draw: (random, difficulty) => {
      const v = show(list(random, ITEMS[difficulty]));
      const program = `n = sum(${v})\n${divisors("n")}`;
      return { values: { v }, first: python(`print(sum(${v}))`), second: (sum) => python(divisors(sum)), program };
    },
  }),
  chain({
    id: "sum-then-divisors",
    split: "test",
    firsts: ["add {a} and {b}", "compute {a} + {b}", "find the sum of {a} and {b}"],
    seconds: DIVISORS,
    why: "Divisors are found by trying many numbers.",
    draw: (random, difficulty) => {
      const digits = { easy: [2, 3], medium: [3, 4], hard: [4, 5] }[difficulty] as [number, number];
      const [a, b] = [number(random, digits), number(random, digits)];
      const program = `n = ${a} + ${b}\n${divisors("n")}`;
      return { values: { a, b }, first: python(`print(${a} + ${b})`), second: (sum) => python(divisors(sum)), program };
    },
  }),
  chain({
    id: "modular-power-then-digits",
    split: "train",
    firsts: ["raise {a} to the power {b} modulo {m}", "compute {a} to the power {b} mod {m}"],
    seconds: DIGIT_SUM,
    why: "A modular power takes many multiplications.",
    draw: (random, difficulty) => {
      const a = number(random, { easy: [2, 2], medium: [2, 3], hard: [3, 4] }[difficulty] as [number, number]);
      const b = number(random, { easy: [2, 2], medium: [2, 3], hard: [3, 3] }[difficulty] as [number, number]);
      const m = number(random, { easy: [3, 3], medium: [4, 4], hard: [5, 5] }[difficulty] as [number, number]);
      const power = `pow(${a}, ${b}, ${m})`;
      const second = (value: string) => python(digitSum(value));
      return { values: { a, b, m }, first: python(`print(${power})`), second, program: digitSum(power) };
    },
  }),
  chain({
    id: "factorial-then-digits",
    split: "test",
    firsts: ["take the factorial of {n}", "compute {n}!", "find the factorial of {n}", "work out {n} factorial"],
    seconds: DIGIT_SUM,
    why: "The digits are those of a long product.",
    draw: (random, difficulty) => {
      const n = random.integer(
        ...({ easy: [8, 12], medium: [13, 18], hard: [19, 30] }[difficulty] as [number, number]),
      );
      const program = `import math\n${digitSum(`math.factorial(${n})`)}`;
      const first = python(`import math\nprint(math.factorial(${n}))`);
      return { values: { n }, first, second: (value) => python(digitSum(value)), program };
    },
  }),
  chain({
    id: "reverse-then-capitals",
    split: "train",
    firsts: ["reverse {w}", "reverse the word {w}", "spell {w} backwards"],
    seconds: ["write the result in capitals", "write it in upper case", "put it in capital letters"],
    why: "A model sees pieces of words, not letters.",
    draw: (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      const second = (back: string) => python(`print("${back}".upper())`);
      const program = `print("${text}"[::-1].upper())`;
      return { values: { w: `"${text}"` }, first: python(`print("${text}"[::-1])`), second, program, check: CASED };
    },
  }),
  chain({
    id: "second-derivative",
    split: "test",
    firsts: DERIVE,
    seconds: ["differentiate the result again", "differentiate it once more", "take the derivative again"],
    why: "Two derivatives, each exact.",
    draw: (random, difficulty) => {
      const e = cubic(random, difficulty);
      const second = (slope: string) => algebra("differentiate", slope);
      const program = sympyProgram("diff", `diff(diff(${e}, x), x)`);
      return { values: { e }, first: algebra("differentiate", e), second, program, check: SYMPY };
    },
  }),
  chain({
    id: "expansion-then-derivative",
    split: "train",
    firsts: ["expand {e}", "multiply out {e}"],
    seconds: ["differentiate the result", "take the derivative of the result"],
    why: "A product is multiplied out before it is differentiated.",
    draw: (random, difficulty) => {
      const side = () => `(${linear(random.integer(1, 4), nonZero(random, LARGEST[difficulty]))})`;
      const e = {
        easy: () => `${side()}*${side()}`,
        medium: () => `${side()}**2*${side()}`,
        hard: () => `${side()}**4`,
      }[difficulty]();
      const second = (expanded: string) => algebra("differentiate", expanded);
      const program = sympyProgram("diff, expand", `diff(expand(${e}), x)`);
      return { values: { e }, first: algebra("expand", e), second, program, check: SYMPY };
    },
  }),
  chain({
    id: "derivative-then-value",
    split: "train",
    firsts: DERIVE,
    seconds: [
      "give its value at x = {k}",
      "compute the value of the result for x = {k}",
      "put {k} for x and work it out",
    ],
    why: "Algebra first, then a number from it.",
    draw: (random, difficulty) => {
      const [e, k] = [cubic(random, difficulty), random.integer(2, { easy: 5, medium: 9, hard: 19 }[difficulty])];
      const second = (slope: string) => python(`x = ${k}\nprint(${slope})`);
      const program = sympyProgram("diff", `diff(${e}, x).subs(x, ${k})`);
      return { values: { e, k }, first: algebra("differentiate", e), second, program };
    },
  }),
  chain({
    id: "integral-then-value",
    split: "test",
    firsts: ["integrate {e}", "find the integral of {e}", "take the antiderivative of {e}"],
    seconds: [
      "give its value at x = {k}",
      "compute the value of the result for x = {k}",
      "put {k} for x and work it out",
    ],
    why: "Algebra first, then a number from it.",
    draw: (random, difficulty) => {
      // Coefficients that the new powers divide, so that every value is a whole number.
      const powers = random.shuffle([1, 2, 3, 4, 5]).slice(0, { easy: 2, medium: 3, hard: 4 }[difficulty]);
      const terms = powers
        .sort((a, b) => b - a)
        .map((power) => ({ power, coefficient: (power + 1) * nonZero(random, 4) }));
      const [e, k] = [writePolynomial(terms), random.integer(2, { easy: 5, medium: 9, hard: 19 }[difficulty])];
      const second = (area: string) => python(`x = ${k}\nprint(${area})`);
      const program = sympyProgram("integrate", `integrate(${e}, x).subs(x, ${k})`);
      return { values: { e, k }, first: algebra("integrate", e), second, program };
    },
  }),
  chain({
    id: "derivative-then-roots",
    split: "validation",
    firsts: DERIVE,
    seconds: ["solve the result for zero", "find where the result is zero", "find the zeros of the result"],
    why: "The places where a function is level.",
    draw: (random, difficulty) => {
      // The antiderivative of 6*(x - p)*(x - q), whose terms are whole.
      const [p, q] = [nonZero(random, LARGEST[difficulty]), nonZero(random, LARGEST[difficulty])];
      const terms = [
        { coefficient: 2, power: 3 },
        { coefficient: -3 * (p + q), power: 2 },
        { coefficient: 6 * p * q, power: 1 },
        { coefficient: difficulty === "easy" ? 0 : nonZero(random, 19), power: 0 },
      ];
      const e = writePolynomial(terms.filter(({ coefficient }) => coefficient !== 0));
      const second = (slope: string) => algebra("solve", slope);
      const program = sympyProgram("diff, solve", `solve(diff(${e}, x), x)`);
      return { values: { e }, first: algebra("differentiate", e), second, program, check: SYMPY };
    },
  }),
];
