import { chain } from "../../builders.ts";
import { LETTERS, word } from "../../operands.ts";
import { drawUntil, type Template } from "../../template.ts";
import { date, daysProgram, romanProgram, scoreProgram, shiftProgram } from "./needed.ts";
import type { UnseenName } from "./tools.ts";

const ROMAN = [
  "write the result in Roman numerals",
  "give that number in Roman numerals",
  "turn it into a Roman numeral",
  "put the result into Roman letters",
];

/** multi_step: two unseen tools, the second on what the first gave. */
export const CHAINED: (readonly [Template, readonly UnseenName[]])[] = [
  [
    {
      ...chain({
        id: "unseen-days-then-roman",
        split: "test_tools",
        firsts: [
          "count the days from {a} to {b}",
          "find how many days lie between {a} and {b}",
          "get the number of days from {a} until {b}",
        ],
        seconds: ROMAN,
        why: "A count of days, then a numeral that needs it.",
        draw: (random, difficulty) => {
          const most = { easy: 399, medium: 1499, hard: 3999 }[difficulty];
          const [a, b] = drawUntil(
            () => {
              const year = random.integer(1900, 2030);
              return [date(random, [year, year]), date(random, [year, year + Math.ceil(most / 400)])] as const;
            },
            ([x, y]) =>
              Date.parse(y) - Date.parse(x) > 20 * 86_400_000 && Date.parse(y) - Date.parse(x) <= most * 86_400_000,
          );
          const program = `${daysProgram(a, b).replace("print(", "days = (")}\n${romanProgram("days")}`;
          return {
            values: { a, b },
            first: { name: "days_between", arguments: { start: a, end: b } },
            second: (days) => ({ name: "roman_numeral", arguments: { number: Number(days) } }),
            program,
            check: { kind: "exact" },
          };
        },
      }),
      topic: "unseen: days, then a numeral",
    },
    ["days_between", "roman_numeral"],
  ],
  [
    {
      ...chain({
        id: "unseen-shift-then-score",
        split: "test_tools",
        firsts: [
          "shift each letter of {w} by {k}",
          "move the letters of {w} along by {k} places",
          "apply a Caesar shift of {k} to {w}",
        ],
        seconds: [
          "give the crossword-game points of the result",
          "score the result for the crossword game",
          "add up what its letters are worth in the crossword game",
        ],
        why: "The letters are those of a word that must be made first.",
        draw: (random, difficulty) => {
          const [text, k] = [word(random, LETTERS[difficulty]), random.integer(2, 24)];
          const program = `${shiftProgram(text, k).replace("print(", "shifted = (")}\n${scoreProgram("shifted")}`;
          return {
            values: { w: `"${text}"`, k },
            first: { name: "caesar_shift", arguments: { text, shift: k } },
            second: (shifted) => ({ name: "word_score", arguments: { word: shifted } }),
            program,
          };
        },
      }),
      topic: "unseen: a shift, then points",
    },
    ["caesar_shift", "word_score"],
  ],
  [
    {
      ...chain({
        id: "unseen-leap-then-collatz",
        split: "test_tools",
        firsts: [
          "count the leap years from {a} to {b}",
          "find how many leap years there are from {a} to {b}",
          "get the number of leap years from {a} through {b}",
        ],
        seconds: [
          "count the Collatz steps of that number",
          "tell in how many Collatz steps it comes to 1",
          "give the number of Collatz steps from the result to 1",
        ],
        why: "A count of years, then a sequence that starts at it.",
        draw: (random, difficulty) => {
          const span = { easy: [30, 80], medium: [81, 250], hard: [251, 700] }[difficulty] as [number, number];
          const a = random.integer(1600, 2000);
          const b = a + random.integer(...span);
          const program = `import calendar\nf = lambda n: 0 if n == 1 else 1 + f(n // 2 if n % 2 == 0 else 3 * n + 1)\nprint(f(calendar.leapdays(${a}, ${b} + 1)))`;
          return {
            values: { a, b },
            first: { name: "leap_years", arguments: { first: a, last: b } },
            second: (years) => ({ name: "collatz_steps", arguments: { start: Number(years) } }),
            program,
          };
        },
      }),
      topic: "unseen: leap years, then a sequence",
    },
    ["leap_years", "collatz_steps"],
  ],
];
