import type { Difficulty, Random } from "../../../protocol/index.ts";
import { word } from "../operands.ts";
import { drawUntil, type ByDifficulty } from "../template.ts";

/** Lines of a text, a table or a log that has to be read. */
export const LINES: ByDifficulty<readonly [number, number]> = { easy: [3, 5], medium: [7, 10], hard: [14, 20] };
/** Files of a folder. */
export const FILES: ByDifficulty<readonly [number, number]> = { easy: [2, 4], medium: [6, 9], hard: [12, 18] };

/** How many of something a difficulty has. */
export const amount = (random: Random, ranges: ByDifficulty<readonly [number, number]>, difficulty: Difficulty) =>
  random.integer(...ranges[difficulty]);

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

const FOLDERS = list(`notes reports data logs drafts archive backup inbox outbox letters recipes lectures orders stock
  travel budget photos minutes plans surveys samples results tasks lessons scripts exports imports invoices contracts
  events members projects research garden sport music health school office winter summer`);
const FIRST = list(`Alma Anton Bela Bruno Carla Cyril Dana David Edith Emil Fanny Felix Greta Hanna Hugo Ida Igor Jana
  Jonas Karin Karl Lena Leo Mara Max Nadia Nils Olga Oskar Paula Peter Rita Robin Sara Simon Tania Theo Ulla Vera
  Viktor Wanda Yara`);
const LAST = list(`Abbot Adler Baker Barlow Berger Brandt Carter Conrad Dalton Decker Ebert Ellis Falk Fisher Gruber
  Hagen Harper Hobbs Jansen Keller Kovacs Lang Lindner Marsh Meyer Novak Olsen Palmer Quinn Reed Rossi Sander Schmid
  Sutter Tanner Turner Ullman Vogel Walker Weber Winter Young Zeller`);
const SETTINGS = list(`timeout retries port host theme language region colour width height depth speed volume limit
  quota level mode format encoding margin border font title owner channel branch cache buffer threads batch seed rate
  delay interval prefix suffix folder backup history proxy user group target source`);
const COLUMNS = list(`price weight stock orders visits points length height width age salary rent hours calls goals
  miles pages seats rooms guests tickets votes likes errors returns repairs sales costs bids trips steps laps marks
  credits bonus tax profit debts days boxes bottles`);

export const folder = (random: Random): string => random.pick(FOLDERS);
const person = (random: Random): string => `${random.pick(FIRST)} ${random.pick(LAST)}`;
export const settings = (random: Random, count: number): string[] => random.shuffle(SETTINGS).slice(0, count);
export const columns = (random: Random, count: number): string[] => random.shuffle(COLUMNS).slice(0, count);
export const people = (random: Random, count: number): string[] => different(count, () => person(random));

/** A date as YYYY-MM-DD. */
export function date(random: Random): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${random.integer(2019, 2026)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
}

/** So many different values of one kind. */
function different<T>(count: number, draw: () => T): T[] {
  const found = new Set<T>();
  while (found.size < count) found.add(drawUntil(draw, (value) => !found.has(value)));
  return [...found];
}

/** Different words; none is a part of another, so that looking for one finds no other. */
export function words(random: Random, count: number): string[] {
  const found: string[] = [];
  while (found.length < count) {
    const fits = (text: string) => !found.some((other) => other.includes(text) || text.includes(other));
    found.push(drawUntil(() => word(random, [4, 10]), fits));
  }
  return found;
}

/** A line of text: so many words. */
export const line = (random: Random, [low, high]: readonly [number, number]): string =>
  words(random, random.integer(low, high)).join(" ");

/** Different lines of three to five words. */
export const lines = (random: Random, count: number): string[] => different(count, () => line(random, [3, 5]));

/** Different file names that share no word, so that a check can tell them apart. */
export function fileNames(random: Random, count: number, endings: readonly string[] = ["txt", "md"]): string[] {
  const pool = words(random, 2 * count);
  return Array.from({ length: count }, (_, i) => {
    const [one, two] = [pool[2 * i]!, pool[2 * i + 1]!];
    return `${random.pick([one, `${one}-${two}`, `${one}_${two}`])}.${random.pick(endings)}`;
  });
}

export const fileName = (random: Random, ...endings: string[]): string =>
  fileNames(random, 1, endings.length > 0 ? endings : undefined)[0]!;

/** Files of a few lines each, by name, in a folder or, with "", beside each other. */
export function texts(random: Random, names: readonly string[], within = ""): Record<string, string> {
  return Object.fromEntries(names.map((name) => [within + name, body(lines(random, random.integer(1, 3)))]));
}

/** The text of a file of these lines. */
export const body = (all: readonly (string | number)[]): string => `${all.join("\n")}\n`;
