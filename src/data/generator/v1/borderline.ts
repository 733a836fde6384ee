import { borderline, byHead } from "../builders.ts";
import { number, word } from "../operands.ts";
import { additionSteps, productSteps } from "../steps.ts";
import type { Template } from "../template.ts";

const VOWELS = "aeiou";

/** Further questions that can be small enough for the head or too large for it, and small ones that always are. */
export const MORE_BORDERLINE: Template[] = [
  {
    ...borderline({
      id: "seconds-together",
      split: "test",
      forms: {
        plain: true,
        sentences: [
          "a counter shows {a} seconds, and {b} more pass. how many seconds does it show then?",
          "a job took {a} seconds and the next one {b}. how many seconds did both take?",
          "{a} seconds and another {b} seconds are how many seconds?",
          "how many seconds are {a} seconds plus {b} seconds?",
          "a recording of {a} seconds follows one of {b} seconds. how long are they together, in seconds?",
          "after {a} seconds of wind come {b} seconds of calm. how many seconds is that?",
        ],
      },
      draw: (random) => {
        const [a, b] = [number(random, [2, 6]), number(random, [2, 6])];
        return { values: { a, b }, program: `print(${a} + ${b})`, steps: additionSteps(a, b) };
      },
    }),
    topic: "durations",
  },
  {
    ...borderline({
      id: "short-binary",
      split: "test",
      forms: {
        plain: true,
        nouns: ["the value of {n} in base two", "the decimal value of binary {n}"],
        sentences: [
          "what is binary {n} as a decimal number?",
          "convert {n} from binary to decimal.",
          "read {n} as a binary number and give its decimal value.",
          "which number is {n} in base two?",
        ],
      },
      draw: (random) => {
        const value = random.integer(2, 4095);
        const n = value.toString(2);
        return { values: { n }, program: `print(int("${n}", 2))`, steps: n.length };
      },
    }),
    topic: "binary numbers read",
  },
  {
    ...borderline({
      id: "vowels",
      split: "test",
      forms: {
        plain: true,
        nouns: ["the number of vowels in {w}", "how many vowels {w} has"],
        sentences: [
          "how many vowels are in {w}?",
          "count the vowels of {w}.",
          "how many of the letters of {w} are vowels?",
          "{w}: how many vowels does it have?",
        ],
      },
      draw: (random) => {
        const text = word(random, [3, 12]);
        return {
          values: { w: `"${text}"` },
          program: `print(sum(c in "${VOWELS}" for c in "${text}"))`,
          steps: text.length,
        };
      },
    }),
    topic: "vowels",
  },
  {
    ...borderline({
      id: "area",
      split: "train",
      forms: {
        plain: true,
        nouns: ["the area of a rectangle of {a} by {b}", "the area of a field {a} long and {b} wide"],
        sentences: [
          "a floor is {a} long and {b} wide. what is its area?",
          "how many square tiles of side 1 cover a floor of {a} by {b}?",
          "a rectangle has sides {a} and {b}. how large is it?",
          "a sheet of {a} by {b} squares has how many squares?",
        ],
      },
      draw: (random) => {
        const [a, b] = [number(random, [1, 3]) + 1, number(random, [1, 2]) + 1];
        return { values: { a, b }, program: `print(${a} * ${b})`, steps: productSteps(a, b) };
      },
    }),
    topic: "areas",
  },
  {
    ...borderline({
      id: "money-together",
      split: "train",
      forms: {
        plain: true,
        sentences: [
          "a lamp costs {a} coins and a chair {b}. what do both cost?",
          "i pay {a} coins and then {b} coins. how many coins did i pay?",
          "what do i spend if one thing costs {a} and the other {b}?",
          "{a} coins and {b} coins are how many coins?",
          "a bill of {a} and one of {b}: what is due in all?",
          "how much are {a} coins and {b} coins together?",
        ],
      },
      draw: (random) => {
        const [a, b] = [number(random, [2, 7]), number(random, [2, 7])];
        return { values: { a, b }, program: `print(${a} + ${b})`, steps: additionSteps(a, b) };
      },
    }),
    topic: "prices",
  },
  {
    ...byHead({
      id: "head-dozens",
      split: "test",
      forms: {
        sentences: [
          "how many eggs are in {n} boxes of ten?",
          "{n} boxes hold ten eggs each. how many eggs are there?",
          "what is ten times {n}?",
          "a page has ten lines. how many lines do {n} pages have?",
          "each of {n} shelves holds ten books. how many books is that?",
          "how many fingers do {n} people have on their two hands together, at ten each?",
        ],
      },
      why: "Ten times a number is read off.",
      draw: (random, difficulty) => {
        const digits = { easy: 1, medium: 2, hard: 3 }[difficulty];
        const n = Math.max(2, number(random, [digits, digits]));
        return { values: { n }, program: `print(10 * ${n})` };
      },
    }),
    topic: "tens",
  },
  {
    ...byHead({
      id: "head-next",
      split: "test",
      forms: {
        plain: true,
        nouns: ["the number right after {n}", "the whole number that follows {n}"],
        sentences: [
          "which number comes right after {n}?",
          "count one further than {n}.",
          "i counted to {n}. which number is next?",
          "{n} and one more is what?",
        ],
      },
      why: "The next number is counted.",
      draw: (random, difficulty) => {
        const digits = { easy: 1, medium: 2, hard: 4 }[difficulty];
        const n = number(random, [digits, digits]);
        return { values: { n }, program: `print(${n} + 1)` };
      },
    }),
    topic: "counting",
  },
];
