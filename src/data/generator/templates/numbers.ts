import { needsTool } from "../builders.ts";
import { DIGITS, number } from "../operands.ts";
import { divisionSteps, MOST_AMBIGUOUS, powerSteps, productSteps, sumSteps } from "../steps.ts";
import { drawUntil, type Template } from "../template.ts";

/** execution_required, by a program on numbers. */
export const NUMBERS: Template[] = [
  needsTool({
    id: "product",
    split: "test",
    forms: {
      nouns: ["{a} * {b}", "{a} times {b}", "the product of {a} and {b}", "{a} multiplied by {b}"],
      sentences: [
        "multiply {a} by {b}.",
        "multiply {a} and {b}.",
        "{a} * {b} = ?",
        "a box holds {a} screws. how many screws are in {b} boxes?",
      ],
    },
    why: "A product of long numbers is unreliable by head.",
    draw: (random, difficulty) =>
      drawUntil(
        () => {
          const [a, b] = [number(random, DIGITS[difficulty]), number(random, DIGITS[difficulty])];
          return { values: { a, b }, program: `print(${a} * ${b})`, steps: productSteps(a, b) };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      ),
  }),
  needsTool({
    id: "quotient",
    split: "train",
    forms: {
      nouns: [
        "{a} // {b}",
        "the integer part of {a} / {b}",
        "{a} divided by {b}, rounded down",
        "the whole part of {a} divided by {b}",
      ],
      sentences: ["divide {a} by {b} and round down.", "how many whole times does {b} go into {a}?"],
    },
    why: "Long division takes many steps.",
    draw: (random, difficulty) => {
      const [dividend, divisor] = { easy: [5, 2], medium: [6, 3], hard: [7, 3] }[difficulty] as [number, number];
      return drawUntil(
        () => {
          const [a, b] = [number(random, [dividend, dividend]), number(random, [divisor, divisor])];
          return { values: { a, b }, program: `print(${a} // ${b})`, steps: divisionSteps(a, b) };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      );
    },
  }),
  needsTool({
    id: "long-remainder",
    split: "validation",
    forms: {
      nouns: ["{a} mod {b}", "the remainder of {a} divided by {b}", "the rest of {a} divided by {b}"],
      sentences: [
        "divide {a} by {b} and give the remainder.",
        "reduce {a} modulo {b}.",
        "what remains when {b} divides {a}?",
      ],
    },
    why: "Long division takes many steps.",
    draw: (random, difficulty) => {
      const [dividend, divisor] = { easy: [5, 2], medium: [6, 3], hard: [7, 3] }[difficulty] as [number, number];
      return drawUntil(
        () => {
          const [a, b] = [number(random, [dividend, dividend]), number(random, [divisor, divisor])];
          return { values: { a, b }, program: `print(${a} % ${b})`, steps: divisionSteps(a, b) };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      );
    },
  }),
  needsTool({
    id: "mixed-sum",
    split: "train",
    forms: {
      nouns: ["{e}", "the value of {e}", "the result of {e}"],
      sentences: ["{e} = ?", "work through {e}.", "do the sum {e}."],
    },
    why: "Several operations on long numbers are unreliable by head.",
    draw: (random, difficulty) => {
      const [a, b, c] = [0, 1, 2].map(() => number(random, DIGITS[difficulty])) as [number, number, number];
      const e = random.pick([`${a} * ${b} + ${c}`, `${a} + ${b} * ${c}`, `${a} * ${b} - ${c}`]);
      return { values: { e }, program: `print(${e})` };
    },
  }),
  needsTool({
    id: "modular-power",
    split: "test",
    forms: {
      nouns: [
        "{a} to the power {b} modulo {m}",
        "{a} ** {b} mod {m}",
        "{a} raised to {b} modulo {m}",
        "{a} to the power of {b} mod {m}",
      ],
      sentences: ["raise {a} to the power {b} and reduce modulo {m}.", "raise {a} to {b}, then take it mod {m}."],
    },
    why: "A modular power takes many multiplications.",
    draw: (random, difficulty) => {
      const a = number(random, { easy: [1, 2], medium: [2, 3], hard: [4, 5] }[difficulty] as [number, number]);
      const b = number(random, { easy: [2, 2], medium: [2, 3], hard: [3, 3] }[difficulty] as [number, number]);
      const m = number(random, { easy: [2, 2], medium: [3, 3], hard: [4, 5] }[difficulty] as [number, number]);
      const base = Math.max(a, 2);
      return { values: { a: base, b, m }, program: `print(pow(${base}, ${b}, ${m}))` };
    },
  }),
  needsTool({
    id: "power",
    split: "train",
    forms: {
      nouns: ["{a} to the power {b}", "{a} ** {b}", "{a} raised to {b}", "the power {b} of {a}"],
      sentences: ["raise {a} to the power {b}.", "take {a} to the power {b}."],
    },
    why: "A high power takes many multiplications.",
    draw: (random, difficulty) => {
      const digits = { easy: [2, 2], medium: [2, 2], hard: [3, 3] }[difficulty] as [number, number];
      const powers = { easy: [4, 5], medium: [6, 8], hard: [6, 9] }[difficulty] as [number, number];
      return drawUntil(
        () => {
          const [a, b] = [number(random, digits), random.integer(...powers)];
          return { values: { a, b }, program: `print(${a} ** ${b})`, steps: powerSteps(a, b) };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      );
    },
  }),
  needsTool({
    id: "digit-sum",
    split: "validation",
    forms: {
      nouns: ["the digit sum of {n}", "the sum of the digits of {n}", "the cross sum of {n}"],
      sentences: ["add up the digits of {n}.", "sum the digits of {n}.", "what do the digits of {n} add up to?"],
    },
    why: "Many digits are easily miscounted.",
    draw: (random, difficulty) => {
      const digits = { easy: [9, 9], medium: [10, 10], hard: [11, 12] }[difficulty] as [number, number];
      return drawUntil(
        () => {
          const n = number(random, digits);
          const steps = sumSteps([...String(n)].map(Number));
          return { values: { n }, program: `print(sum(int(d) for d in str(${n})))`, steps };
        },
        ({ steps }) => steps > MOST_AMBIGUOUS,
      );
    },
  }),
  ...(["gcd", "lcm"] as const).map((name) =>
    needsTool({
      id: name,
      split: name === "gcd" ? "train" : "test",
      forms:
        name === "gcd"
          ? {
              nouns: [
                "the greatest common divisor of {a} and {b}",
                "the gcd of {a} and {b}",
                "the highest common factor of {a} and {b}",
              ],
              sentences: ["which is the greatest common divisor of {a} and {b}?"],
            }
          : {
              nouns: [
                "the least common multiple of {a} and {b}",
                "the lcm of {a} and {b}",
                "the smallest common multiple of {a} and {b}",
              ],
              sentences: ["which is the least common multiple of {a} and {b}?"],
            },
      why: "Euclid's algorithm takes several divisions.",
      draw: (random, difficulty) => {
        // Numbers with a common factor, so that neither answer is trivial.
        const factor = random.integer(
          ...({ easy: [6, 12], medium: [12, 40], hard: [40, 120] }[difficulty] as [number, number]),
        );
        const other = () =>
          random.integer(...({ easy: [12, 40], medium: [40, 99], hard: [99, 400] }[difficulty] as [number, number]));
        const [p, q] = drawUntil(
          () => [other(), other()] as const,
          ([x, y]) => x % y !== 0 && y % x !== 0,
        );
        const [a, b] = [factor * p, factor * q];
        return { values: { a, b }, program: `import math\nprint(math.${name}(${a}, ${b}))` };
      },
    }),
  ),
  needsTool({
    id: "factorial",
    split: "validation",
    forms: {
      nouns: ["the factorial of {n}", "{n} factorial", "{n}!", "the product of all numbers from 1 to {n}"],
      sentences: [
        "in how many orders can {n} books stand on a shelf?",
        "take the factorial of {n}.",
        "in how many ways can {n} people queue?",
      ],
    },
    why: "A factorial is a long product.",
    draw: (random, difficulty) => {
      const n = random.integer(
        ...({ easy: [8, 11], medium: [12, 16], hard: [17, 25] }[difficulty] as [number, number]),
      );
      return { values: { n }, program: `import math\nprint(math.factorial(${n}))` };
    },
  }),
  needsTool({
    id: "divisors",
    split: "test",
    forms: {
      nouns: ["the number of divisors of {n}", "the count of divisors of {n}", "how many divisors {n} has"],
      sentences: ["how many divisors does {n} have?", "count the divisors of {n}.", "how many numbers divide {n}?"],
    },
    why: "Divisors are found by trying many numbers.",
    draw: (random, difficulty) => {
      const n =
        number(random, DIGITS[difficulty === "hard" ? "medium" : "easy"]) *
        (difficulty === "easy" ? 1 : random.integer(2, 9));
      return { values: { n }, program: `print(sum(${n} % d == 0 for d in range(1, ${n} + 1)))` };
    },
  }),
  needsTool({
    id: "primes-below",
    split: "train",
    forms: {
      nouns: ["the number of primes below {n}", "how many primes are below {n}"],
      sentences: [
        "how many prime numbers are smaller than {n}?",
        "count the primes below {n}.",
        "how many primes are there below {n}?",
      ],
    },
    why: "Every number has to be tried.",
    draw: (random, difficulty) => {
      const n = random.integer(
        ...({ easy: [60, 199], medium: [200, 999], hard: [1000, 4999] }[difficulty] as [number, number]),
      );
      return {
        values: { n },
        program: `print(sum(all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in range(2, ${n})))`,
      };
    },
  }),
];
