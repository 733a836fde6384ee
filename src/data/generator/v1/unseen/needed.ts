import type { Check, Difficulty, Random, ToolCall } from "../../../../protocol/index.ts";
import { needsTool } from "../../builders.ts";
import type { Forms, Values } from "../../phrasing.ts";
import { LETTERS, word } from "../../operands.ts";
import { drawUntil, type Template } from "../../template.ts";
import type { UnseenName } from "./tools.ts";

type Pair = readonly [Template, readonly UnseenName[]];

const CASED: Check = { kind: "exact" };

/** One call to an unseen tool; `program` computes the same in another way. */
function needed(
  name: UnseenName,
  why: string,
  forms: Forms,
  draw: (
    random: Random,
    difficulty: Difficulty,
  ) => { values: Values; args: ToolCall["arguments"]; program: string; check?: Check },
): Pair {
  const template = needsTool({
    id: `unseen-${name.replaceAll("_", "-")}`,
    split: "test_tools",
    forms,
    why,
    draw: (random, difficulty) => {
      const { values, args, program, check } = draw(random, difficulty);
      return { values, program, call: { name, arguments: args }, ...(check && { check }) };
    },
  });
  return [{ ...template, topic: `unseen: ${name}` }, [name]];
}

const quoted = (text: string) => `"${text}"`;

/** A date between the years 1900 and 2099. */
export function date(random: Random, [from, to]: readonly [number, number] = [1900, 2099]): string {
  const [year, month, day] = [random.integer(from, to), random.integer(1, 12), random.integer(1, 28)];
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Python that writes n, from 1 to 3999, in Roman numerals, digit by digit. */
export const romanProgram = (n: string) => `digits = [int(d) for d in str(${n}).zfill(4)]
ones = ["", "a", "aa", "aaa", "ab", "b", "ba", "baa", "baaa", "ac"]
sets = ["M__", "CDM", "XLC", "IVX"]
print("".join(ones[d].translate(str.maketrans("abc", s)) for d, s in zip(digits, sets)))`;

export const shiftProgram = (text: string, shift: number) =>
  `letters = "abcdefghijklmnopqrstuvwxyz"\nprint("".join(letters[(letters.index(c) + ${shift}) % 26] for c in "${text}"))`;

export const scoreProgram = (text: string) =>
  `values = dict(zip("abcdefghijklmnopqrstuvwxyz", [1, 3, 3, 2, 1, 4, 2, 4, 1, 8, 5, 1, 3, 1, 1, 3, 10, 1, 1, 1, 1, 4, 4, 8, 4, 10]))\nprint(sum(values[c] for c in ${text}))`;

export const daysProgram = (start: string, end: string) =>
  `from datetime import date\nprint(abs(date.fromisoformat("${end}").toordinal() - date.fromisoformat("${start}").toordinal()))`;

/** execution_required. */
export const NEEDED: Pair[] = [
  needed(
    "roman_numeral",
    "A long numeral is easily miswritten, and a tool writes it.",
    {
      plain: true,
      nouns: ["{n} in Roman numerals", "the Roman numeral for {n}"],
      sentences: [
        "write {n} in Roman numerals.",
        "how is {n} written in Roman numerals?",
        "turn {n} into a Roman numeral.",
        "which Roman numeral stands for {n}?",
      ],
    },
    (random, difficulty) => {
      const [low, high] = { easy: [100, 399], medium: [400, 1499], hard: [1500, 3999] }[difficulty] as [number, number];
      // Not a round number, which is written with few letters.
      const n = drawUntil(
        () => random.integer(low, high),
        (drawn) => drawn % 10 > 1 && drawn % 100 > 20,
      );
      return { values: { n }, args: { number: n }, program: romanProgram(String(n)), check: CASED };
    },
  ),
  needed(
    "caesar_shift",
    "Every letter must be moved on its own.",
    {
      plain: true,
      nouns: ["{w} with each letter moved {k} places", "the Caesar shift of {w} by {k}"],
      sentences: [
        "shift each letter of {w} by {k}.",
        "move the letters of {w} along the alphabet by {k} places.",
        "encode {w} with a Caesar shift of {k}.",
        "apply a Caesar shift of {k} to {w}.",
      ],
    },
    (random, difficulty) => {
      const [text, k] = [word(random, LETTERS[difficulty]), random.integer(2, 24)];
      return { values: { w: quoted(text), k }, args: { text, shift: k }, program: shiftProgram(text, k), check: CASED };
    },
  ),
  needed(
    "edit_distance",
    "The least number of edits is found by trying many.",
    {
      plain: true,
      nouns: ["the edit distance of {a} and {b}", "the edit distance between {a} and {b}"],
      sentences: [
        "how many edits turn {a} into {b}?",
        "count the edits from {a} to {b}.",
        "how far apart are {a} and {b} in edits?",
        "what is the least number of edits between {a} and {b}?",
      ],
    },
    (random, difficulty) => {
      const [a, b] = drawUntil(
        () => [word(random, LETTERS[difficulty]), word(random, LETTERS[difficulty])] as const,
        ([x, y]) => x !== y,
      );
      const program = `from functools import lru_cache
a, b = "${a}", "${b}"
@lru_cache(None)
def far(i, j):
    if i == 0 or j == 0:
        return i + j
    return min(far(i - 1, j) + 1, far(i, j - 1) + 1, far(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
print(far(len(a), len(b)))`;
      return { values: { a: quoted(a), b: quoted(b) }, args: { first: a, second: b }, program };
    },
  ),
  needed(
    "days_between",
    "Months and leap years make the count long.",
    {
      nouns: ["the number of days from {a} to {b}", "the days between {a} and {b}"],
      sentences: [
        "how many days lie between {a} and {b}?",
        "count the days from {a} to {b}.",
        "how many days pass from {a} until {b}?",
        "i was away from {a} to {b}. how many days is that?",
      ],
      plain: true,
    },
    (random, difficulty) => {
      const span = { easy: 1, medium: 9, hard: 60 }[difficulty];
      const [start, end] = drawUntil(
        () => {
          const year = random.integer(1900, 2030);
          return [date(random, [year, year]), date(random, [year + (span > 1 ? 1 : 0), year + span])] as const;
        },
        ([a, b]) => a < b,
      );
      return { values: { a: start, b: end }, args: { start, end }, program: daysProgram(start, end) };
    },
  ),
  needed(
    "word_score",
    "Each letter has a value of its own, and all are added.",
    {
      plain: true,
      nouns: ["the letter value of {w} in the crossword game", "the crossword-game points of {w}"],
      sentences: [
        "how many points is {w} worth in the crossword game?",
        "score the word {w} for the crossword game.",
        "what does {w} score in the crossword game?",
        "add up the crossword-game values of the letters of {w}.",
      ],
    },
    (random, difficulty) => {
      const text = word(random, LETTERS[difficulty]);
      return { values: { w: quoted(text) }, args: { word: text }, program: scoreProgram(quoted(text)) };
    },
  ),
  needed(
    "check_digit",
    "Every other digit is doubled, and all are added.",
    {
      plain: true,
      nouns: ["the Luhn check digit of {n}", "the check digit of the card number {n}"],
      sentences: [
        "which check digit follows {n}?",
        "compute the Luhn digit for {n}.",
        "a card begins with {n}. which check digit comes last?",
        "find the last digit that makes {n} a valid card number.",
      ],
    },
    (random, difficulty) => {
      const digits = { easy: 8, medium: 11, hard: 15 }[difficulty];
      const draw = () =>
        String(random.integer(1, 9)) + Array.from({ length: digits - 1 }, () => random.integer(0, 9)).join("");
      const n = draw();
      const program = `n = "${n}"\nprint(next(d for d in range(10) if sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(reversed(n + str(d)))) % 10 == 0))`;
      return { values: { n }, args: { number: n }, program };
    },
  ),
  needed(
    "leap_years",
    "The rule has exceptions for centuries, and many years are tried.",
    {
      plain: true,
      nouns: ["the number of leap years from {a} to {b}", "the count of leap years from {a} through {b}"],
      sentences: [
        "how many leap years are there from {a} to {b}?",
        "count the leap years from {a} to {b}.",
        "in how many of the years from {a} to {b} is there a leap day?",
        "from {a} through {b}, how many years are leap years?",
      ],
    },
    (random, difficulty) => {
      const [low, high] = { easy: [20, 60], medium: [61, 200], hard: [201, 700] }[difficulty] as [number, number];
      // The rule with its exceptions holds since 1582.
      const a = random.integer(1600, 2000);
      const b = a + random.integer(low, high);
      const program = `import calendar\nprint(calendar.leapdays(${a}, ${b} + 1))`;
      return { values: { a, b }, args: { first: a, last: b }, program };
    },
  ),
];
