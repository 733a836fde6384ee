import type { Check, Split } from "../../../protocol/index.ts";
import { needsTool } from "../builders.ts";
import type { Forms } from "../phrasing.ts";
import { LARGEST, linear, nonZero, polynomial, TERMS, writePolynomial } from "../operands.ts";
import type { Difficulty, Random } from "../../../protocol/index.ts";
import { derivativeSteps, MOST_AMBIGUOUS } from "../steps.ts";
import { algebra, drawUntil, sympyProgram, type Template } from "../template.ts";

const SYMPY: Check = { kind: "sympy" };

/** One operation of symbolic_math; `name` is SymPy's function, which takes x as well where `inX`. */
function operation(
  id: string,
  split: Split,
  [tool, name, inX]: readonly [string, string, boolean],
  forms: Forms,
  why: string,
  draw: (random: Random, difficulty: Difficulty) => string,
): Template {
  return needsTool({
    id,
    split,
    forms,
    why,
    draw: (random, difficulty) => {
      const e = draw(random, difficulty);
      const program = sympyProgram(name, `${name}(${e}${inX ? ", x" : ""})`);
      return { values: { e }, call: algebra(tool, e), program, check: SYMPY };
    },
  });
}

/** A product of two linear factors, multiplied out; the roots are whole numbers unless `leading` > 1. */
function quadratic(random: Random, difficulty: Difficulty, leading: number): string {
  const [p, q] = drawUntil(
    () => [nonZero(random, LARGEST[difficulty]), nonZero(random, LARGEST[difficulty])] as const,
    // Neither a perfect square nor a missing middle term, which are read off at once.
    ([a, b]) => a !== b && leading * b + a !== 0,
  );
  return writePolynomial(
    [
      { coefficient: leading, power: 2 },
      { coefficient: leading * q + p, power: 1 },
      { coefficient: p * q, power: 0 },
    ].filter(({ coefficient }) => coefficient !== 0),
  );
}

/** execution_required, by exact algebra. */
export const ALGEBRA: Template[] = [
  operation(
    "derivative",
    "train",
    ["differentiate", "diff", true],
    {
      nouns: ["the derivative of {e}", "the derivative of {e} with respect to x", "the slope function of {e}"],
      sentences: ["differentiate {e}.", "take the derivative of {e}.", "differentiate the expression {e}."],
    },
    "Many terms, and each must be exact.",
    (random, difficulty) =>
      writePolynomial(
        drawUntil(
          () => polynomial(random, TERMS[difficulty] + 1, 6, 19),
          (terms) => derivativeSteps(terms) > MOST_AMBIGUOUS,
        ),
      ),
  ),
  operation(
    "integral",
    "test",
    ["integrate", "integrate", true],
    {
      nouns: ["the integral of {e}", "the antiderivative of {e}", "the integral of {e} with respect to x"],
      sentences: ["integrate {e}.", "integrate {e} over x.", "take the integral of {e}."],
    },
    "Many terms with fractions, and each must be exact.",
    (random, difficulty) => writePolynomial(polynomial(random, TERMS[difficulty], 6, 19)),
  ),
  operation(
    "factors",
    "test",
    ["factor", "factor", false],
    {
      plain: true,
      nouns: ["the factored form of {e}", "the factorization of {e}", "{e} factored"],
      sentences: ["factor {e}.", "factorize {e}.", "write {e} as a product.", "split {e} into factors."],
    },
    "Factors are found by trial.",
    (random, difficulty) =>
      quadratic(random, difficulty, { easy: 1, medium: 1, hard: random.integer(2, 5) }[difficulty]),
  ),
  operation(
    "roots",
    "train",
    ["solve", "solve", true],
    {
      plain: true,
      plural: true,
      nouns: ["the solutions of {e} = 0", "the roots of {e}", "the zeros of {e}"],
      sentences: ["solve {e} = 0.", "solve {e} = 0 for x.", "solve the equation {e} = 0.", "for which x is {e} = 0?"],
    },
    "Roots need the quadratic formula.",
    (random, difficulty) =>
      quadratic(random, difficulty, { easy: 1, medium: 1, hard: random.integer(2, 5) }[difficulty]),
  ),
  operation(
    "expansion",
    "validation",
    ["expand", "expand", false],
    {
      plain: true,
      nouns: ["the expanded form of {e}", "the expansion of {e}", "{e} multiplied out"],
      sentences: ["expand {e}.", "multiply out {e}.", "write {e} in expanded form.", "remove the brackets of {e}."],
    },
    "Every term meets every other.",
    (random, difficulty) => {
      const side = () => linear(random.integer(1, 5), nonZero(random, 12));
      if (difficulty === "easy") return `(${side()})**2*(${side()})`;
      return `(${side()})**${random.integer(...((difficulty === "medium" ? [3, 3] : [4, 5]) as [number, number]))}`;
    },
  ),
  operation(
    "simplification",
    "train",
    ["simplify", "simplify", false],
    {
      plain: true,
      nouns: ["the simplest form of {e}", "the simplified form of {e}", "{e} simplified"],
      sentences: ["simplify {e}.", "simplify the expression {e}.", "write {e} more simply."],
    },
    "The factors of a fraction must be found first.",
    (random, difficulty) => {
      const [a, b, c] = drawUntil(
        () => [0, 1, 2].map(() => nonZero(random, LARGEST[difficulty])) as [number, number, number],
        ([p, q, r]) => new Set([p, q, r]).size === 3 && p + q !== 0 && p + r !== 0,
      );
      const product = (p: number, q: number) =>
        writePolynomial([
          { coefficient: 1, power: 2 },
          { coefficient: p + q, power: 1 },
          { coefficient: p * q, power: 0 },
        ]);
      return `(${product(a, b)})/(${difficulty === "easy" ? linear(1, a) : product(a, c)})`;
    },
  ),
];
