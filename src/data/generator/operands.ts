import type { Difficulty, Random } from "../../protocol/index.ts";
import type { ByDifficulty } from "./template.ts";

/** A number of so many digits, each length as likely. */
export function number(random: Random, [low, high]: readonly [number, number]): number {
  const digits = random.integer(low, high);
  return random.integer(10 ** (digits - 1), 10 ** digits - 1);
}

/** Digits of a number in `execution_required` and `multi_step`. */
export const DIGITS: ByDifficulty<readonly [number, number]> = { easy: [3, 3], medium: [4, 4], hard: [5, 7] };
/** Items of a list. */
export const ITEMS: ByDifficulty<readonly [number, number]> = { easy: [6, 6], medium: [7, 7], hard: [8, 8] };
/** Letters of a word. */
export const LETTERS: ByDifficulty<readonly [number, number]> = { easy: [7, 8], medium: [9, 10], hard: [11, 12] };
/** Terms of a polynomial. */
export const TERMS: ByDifficulty<number> = { easy: 3, medium: 4, hard: 5 };

/** A list of numbers of one to three digits; `sized` gives its length. */
export function list(random: Random, sized: readonly [number, number], digits: readonly [number, number] = [2, 3]) {
  return Array.from({ length: random.integer(...sized) }, () => number(random, digits));
}

/** A list as a question shows it. */
export function show(items: readonly (number | string)[]): string {
  return `[${items.join(", ")}]`;
}

const WORDS =
  `sun map key box cup hat pen row sea sky tea web bird book cake door farm fish gold hand king lamp leaf milk moon
  nest park rain road rope sail ship snow star tree wind bread chair cloud clock dream field flame fruit glass grape
  green heart horse house juice knife lemon light metal music night ocean paint paper peach piano plant river salad
  shell smoke stone storm sugar table tiger tower train water wheel world anchor basket bottle bridge butter button
  candle carpet castle cheese circle copper cotton desert dinner engine flower forest garden harbor hammer helmet
  island jacket kettle ladder lawyer mirror museum needle orange palace pencil pepper planet pocket rabbit ribbon
  saddle school silver summer temple ticket tunnel valley violin window winter balloon battery blanket cabinet
  captain chapter cottage country curtain diamond drawing evening factory feather freedom gallery glacier hallway
  harvest holiday journey kitchen lantern leather library machine meadows morning musical network octopus package
  painter passage pattern penguin pilgrim popcorn pottery pyramid railway rainbow science section shelter station
  student subject theatre thunder tractor traffic village volcano weather whisper airplane backpack baseball
  birthday building calendar campfire carnival cathedral chemistry classroom computer daughter december dinosaur
  discovery distance document elephant emergency envelope exercise favorite festival fountain furniture geometry
  grandson hospital hurricane keyboard landscape lavender lemonade magazine medicine midnight mountain musician
  necklace notebook painting parallel passenger platform portrait question railroad republic sandwich saturday
  schedule scissors sculpture shoulder sidewalk skeleton software starlight strategy sunshine surprise telephone
  telescope textbook treasure triangle umbrella universe vacation vegetable victory waterfall yesterday adventure
  afternoon algorithm apartment architect astronomer attention background basketball beautiful boundary breakfast
  butterfly celebrate chocolate collection colleague community confidence connection countryside database
  departure dictionary difference earthquake electricity engineering environment experiment expression
  flashlight friendship generation government grandmother helicopter horizontal illustration imagination
  independent information ingredient instruction instrument intelligent laboratory lighthouse literature
  marketplace mathematics measurement microscope mississippi neighborhood orchestra paragraph performance
  perspective photograph politician population possibility presentation principle procession programming
  restaurant revolution satellite september skyscraper snowflake statistics strawberry supermarket
  technology temperature thermometer transparent underground university vocabulary watermelon wilderness`
    .trim()
    .split(/\s+/);

/** A word of so many letters. */
export function word(random: Random, [low, high]: readonly [number, number]): string {
  return random.pick(WORDS.filter(({ length }) => length >= low && length <= high));
}

type Terms = { coefficient: number; power: number }[];

/** A polynomial in x with whole coefficients, the highest power first. */
export function polynomial(random: Random, count: number, highest: number, largest: number): Terms {
  const powers = random.shuffle(Array.from({ length: highest + 1 }, (_, power) => power)).slice(0, count);
  if (Math.max(...powers) < 2) powers[0] = highest;
  return powers
    .sort((a, b) => b - a)
    .map((power) => ({ power, coefficient: random.integer(2, largest) * (random.next() < 0.3 ? -1 : 1) }));
}

/** A polynomial in SymPy's syntax and order. */
export function writePolynomial(terms: Terms): string {
  return terms.map((term, i) => sign(term.coefficient, i === 0) + writeTerm(term)).join("");
}

function sign(coefficient: number, first: boolean): string {
  if (first) return coefficient < 0 ? "-" : "";
  return coefficient < 0 ? " - " : " + ";
}

function writeTerm({ coefficient, power }: Terms[number]): string {
  const size = Math.abs(coefficient);
  if (power === 0) return String(size);
  const base = power === 1 ? "x" : `x**${power}`;
  return size === 1 ? base : `${size}*${base}`;
}

/** A whole number other than 0, either sign. */
export function nonZero(random: Random, largest: number): number {
  return random.integer(1, largest) * random.pick([1, -1]);
}

/** `x + 3`, `2*x - 5`. */
export function linear(coefficient: number, constant: number): string {
  return writePolynomial([
    { coefficient, power: 1 },
    { coefficient: constant, power: 0 },
  ]);
}

/** Largest roots and factors of algebra questions. */
export const LARGEST: Record<Difficulty, number> = { easy: 6, medium: 12, hard: 20 };
