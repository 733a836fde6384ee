/**
 * How much work a question is by hand: one step is one digit added, subtracted, multiplied or compared, one carry, one
 * letter read, or one letter written. The labels of borderline questions and the difficulties rest on these counts.
 */

/** At most this many steps: by head. Beyond: a tool. Decides the label of every `ambiguous` sample. */
export const MOST_BY_HEAD = 6;
/** Questions of `execution_required` whose steps can be counted take more than this many. */
export const MOST_AMBIGUOUS = 12;

const digitsOf = (n: number): number[] => [...String(Math.abs(n))].map(Number).reverse();

/** Columns in which both numbers have a digit, and carries into a column with a digit. */
export function additionSteps(a: number, b: number): number {
  const [x, y] = [digitsOf(a), digitsOf(b)];
  let steps = 0;
  let carry = 0;
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    if (i < Math.min(x.length, y.length)) steps++;
    if (carry > 0) steps++;
    carry = (x[i] ?? 0) + (y[i] ?? 0) + carry > 9 ? 1 : 0;
  }
  return steps;
}

/** Columns of the smaller number, and borrows; for a >= b. */
export function subtractionSteps(a: number, b: number): number {
  const [x, y] = [digitsOf(a), digitsOf(b)];
  let steps = 0;
  let borrow = 0;
  for (let i = 0; i < x.length; i++) {
    if (i < y.length) steps++;
    if (borrow > 0) steps++;
    borrow = (x[i] ?? 0) - (y[i] ?? 0) - borrow < 0 ? 1 : 0;
  }
  return steps;
}

/** Long multiplication: products of digits that are not 0, carries within a row, and the addition of the rows. */
export function productSteps(a: number, b: number): number {
  const [long, short] = a >= b ? [a, b] : [b, a];
  let steps = 0;
  let sum = 0;
  digitsOf(short).forEach((digit, place) => {
    if (digit === 0) return;
    let carry = 0;
    for (const other of digitsOf(long)) {
      if (other !== 0) steps++;
      if (carry > 0) steps++;
      carry = Math.floor((other * digit + carry) / 10);
    }
    const row = long * digit;
    if (sum > 0) steps += additionSteps(Math.floor(sum / 10 ** place), row);
    sum += row * 10 ** place;
  });
  return steps;
}

/** Long division: for each digit of the quotient that is not 0, a product and a subtraction of the divisor's length. */
export function divisionSteps(a: number, b: number): number {
  return digitsOf(Math.floor(a / b)).filter((digit) => digit !== 0).length * 2 * digitsOf(b).length;
}

/** One number after another. */
export function sumSteps(items: readonly number[]): number {
  const [first = 0, ...rest] = items;
  return rest.reduce(({ sum, steps }, item) => ({ sum: sum + item, steps: steps + additionSteps(sum, item) }), {
    sum: first,
    steps: 0,
  }).steps;
}

/** For each term, its number times its power, and the power lowered; a number alone drops out. */
export function derivativeSteps(terms: readonly { coefficient: number; power: number }[]): number {
  return terms.reduce(
    (sum, { coefficient, power }) => sum + (power > 1 ? productSteps(Math.abs(coefficient), power) : 0) + 1,
    0,
  );
}

/** Repeated multiplication. */
export function powerSteps(base: number, exponent: number): number {
  let steps = 0;
  for (let power = base, i = 1; i < exponent; i++, power *= base) steps += productSteps(power, base);
  return steps;
}
