import { brief, right, wrong, type Grade } from "./grader.ts";
import { ungroup } from "./normalize.ts";

/** A sign belongs to the number unless it can be a subtraction: after a digit, a letter or a closing bracket. */
const NUMBER = /(?<![\w.])(?:(?<![\d)\]]\s*|\w)[-−+])?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w|\.\d)/gi;
const DEFAULT_TOLERANCE = 1e-6;

/**
 * The one number that the answer gives equals the gold number. Numbers of the question may be repeated beside it;
 * several other numbers are wrong, as no answer was given then. Integers must agree in every digit unless a tolerance
 * (relative) is set.
 */
export function gradeNumeric(answer: string, gold: string, prompt: string, tolerance?: number): Grade {
  const [wanted] = numbersIn(gold);
  if (wanted === undefined) return wrong(`the gold answer "${brief(gold)}" is not a number`);
  const all = distinct(numbersIn(answer));
  if (all.length === 0) return wrong("no number in the answer");
  const asked = numbersIn(prompt);
  const own = all.length === 1 ? all : all.filter((number) => !asked.some((known) => same(known, number)));
  const [given] = own;
  if (given === undefined || own.length > 1) return wrong(`several different numbers: ${brief(all.join(", "))}`);
  return same(given, wanted, tolerance)
    ? right(`equals ${brief(wanted)}`)
    : wrong(`${brief(given)} is not ${brief(wanted)}`);
}

/** The numbers of a text as written, without thousands separators. */
function numbersIn(text: string): string[] {
  return [...ungroup(text.normalize("NFKC")).matchAll(NUMBER)].map(([number]) =>
    number.replace("−", "-").replace(/^\+/, "").replace(/\.$/, ""),
  );
}

function distinct(numbers: string[]): string[] {
  return numbers.filter((number, i) => numbers.findIndex((other) => same(number, other)) === i);
}

function same(a: string, b: string, tolerance?: number): boolean {
  if (tolerance === undefined && isInteger(a) && isInteger(b)) return BigInt(a) === BigInt(b);
  const [x, y] = [Number(a), Number(b)];
  return x === y || Math.abs(x - y) <= (tolerance ?? DEFAULT_TOLERANCE) * Math.max(Math.abs(x), Math.abs(y));
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}
