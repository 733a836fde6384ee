import type { JsonSchema, SampleTool } from "../../../../protocol/index.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const whole = (description: string): JsonSchema => ({ type: "integer", description });

function tool(
  name: string,
  description: string,
  properties: Record<string, JsonSchema>,
  body: string,
): SampleTool & { body: string } {
  return {
    name,
    description,
    parameters: { type: "object", properties, required: Object.keys(properties) },
    body,
  };
}

const ROMAN = `pairs = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
         (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
if not 0 < number < 4000:
    raise ValueError("roman numerals go from 1 to 3999")
written = ""
for value, letters in pairs:
    while number >= value:
        written += letters
        number -= value
print(written)`;

const SHIFT = `print("".join(
    chr((ord(c) - ord("a") + shift) % 26 + ord("a")) if "a" <= c <= "z" else c for c in text.lower()
))`;

const EDITS = `row = list(range(len(second) + 1))
for i, a in enumerate(first, 1):
    above, row = row, [i]
    for j, b in enumerate(second, 1):
        row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
print(row[-1])`;

const DAYS = `from datetime import date
print(abs((date.fromisoformat(end) - date.fromisoformat(start)).days))`;

const SCORE = `points = {1: "aeioulnstr", 2: "dg", 3: "bcmp", 4: "fhvwy", 5: "k", 8: "jx", 10: "qz"}
print(sum(value for c in word.lower() for value, letters in points.items() if c in letters))`;

const LUHN = `total = 0
for place, digit in enumerate(reversed(number)):
    value = int(digit) * (2 if place % 2 == 0 else 1)
    total += value - 9 if value > 9 else value
print(-total % 10)`;

const MORSE = `codes = dict(zip("abcdefghijklmnopqrstuvwxyz", """.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..""".split()))
print(" ".join(codes[c] for c in text.lower()))`;

const LEAP = `leap = lambda year: year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
print(sum(leap(year) for year in range(first, last + 1)))`;

const COLLATZ = `steps = 0
while start != 1:
    start = start // 2 if start % 2 == 0 else 3 * start + 1
    steps += 1
print(steps)`;

const PLACES = `if len(first) != len(second):
    raise ValueError("the words must be equally long")
print(sum(a != b for a, b in zip(first, second)))`;

/** Tools that no sample for training lists: whether a decision carries over to tools never seen is measured with them. */
export const UNSEEN = {
  roman_numeral: tool(
    "roman_numeral",
    "Write a whole number from 1 to 3999 in Roman numerals.",
    { number: whole("the number") },
    ROMAN,
  ),
  caesar_shift: tool(
    "caesar_shift",
    "Shift each letter of a text along the alphabet.",
    { text: text("lower case letters"), shift: whole("places to the right") },
    SHIFT,
  ),
  edit_distance: tool(
    "edit_distance",
    "Count the edits that turn one word into another.",
    { first: text("a word"), second: text("another word") },
    EDITS,
  ),
  days_between: tool(
    "days_between",
    "Count the days from one date to another.",
    { start: text("a date, YYYY-MM-DD"), end: text("a date, YYYY-MM-DD") },
    DAYS,
  ),
  word_score: tool(
    "word_score",
    "Add up the letter values of a word in the crossword game.",
    { word: text("the word") },
    SCORE,
  ),
  check_digit: tool(
    "check_digit",
    "Compute the Luhn check digit of a card number.",
    { number: text("the digits before it") },
    LUHN,
  ),
  morse_code: tool("morse_code", "Write a word in Morse code.", { text: text("the word") }, MORSE),
  leap_years: tool(
    "leap_years",
    "Count the leap years in a span of years, both ends included.",
    { first: whole("a year"), last: whole("a year") },
    LEAP,
  ),
  collatz_steps: tool(
    "collatz_steps",
    "Count the steps of the Collatz sequence down to 1.",
    { start: whole("where it starts") },
    COLLATZ,
  ),
  letters_apart: tool(
    "letters_apart",
    "Count the places where two equally long words differ.",
    { first: text("a word"), second: text("another word") },
    PLACES,
  ),
} as const;

export type UnseenName = keyof typeof UNSEEN;
