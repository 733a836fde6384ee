import { createRandom } from "../../protocol/index.ts";
import { paced, type Watch } from "./pace.ts";

/** How far two nominal variables hang together, beside what chance alone gives. */
export interface Association {
  /** Bits. */
  mutualInformation: number;
  /** The mean over the permutations: what as many values of as many kinds share by chance. Bits. */
  byChance: number;
  /** The part of the label's entropy that the other variable tells, above chance, 0 to 1; null where there is one label. */
  share: number | null;
  /** Pearson's statistic and its degrees of freedom. */
  chiSquare: number;
  degrees: number;
  /** The share of permutations with at least as much mutual information, the data itself counted as one of them. */
  p: number;
  permutations: number;
}

const MOST_PERMUTATIONS = 999;
const FEWEST_PERMUTATIONS = 199;
/** Draws that one test may cost. */
const DRAWS = 20_000_000;

/**
 * Mutual information and chi-square of two nominal variables with a seeded permutation test: no assumption of large cells,
 * which words have not. p = (b + 1) / (m + 1) (Phipson and Smyth 2010), so it is never 0. Mutual information of a sample
 * is biased upwards by the number of values; the permutations' mean says by how much.
 */
export async function associate(
  names: readonly string[],
  labels: readonly string[],
  seed: number,
  watch: Watch,
): Promise<Association> {
  const [x, y] = [encode(names), encode(labels)];
  const observed = measure(x, y);
  const random = createRandom(`association:${seed}`);
  const permutations = Math.max(FEWEST_PERMUTATIONS, Math.min(MOST_PERMUTATIONS, Math.floor(DRAWS / names.length)));
  const shuffled = { ...y, codes: y.codes.slice() };
  let [atLeast, sum] = [0, 0];
  await paced("permutations", { length: permutations }, watch, () => {
    const { codes } = shuffled;
    for (let i = codes.length - 1; i > 0; i--) {
      const j = random.integer(0, i);
      [codes[i], codes[j]] = [codes[j]!, codes[i]!];
    }
    const { information } = measure(x, shuffled);
    sum += information;
    // Sums of the same cells in another order differ in their last digits.
    if (information >= observed.information - 1e-12) atLeast++;
  });
  const entropy = entropyOf(y.counts, names.length);
  const byChance = sum / permutations;
  return {
    mutualInformation: observed.information,
    byChance,
    share: entropy > 0 ? Math.max(0, observed.information - byChance) / entropy : null,
    chiSquare: observed.chiSquare,
    degrees: (x.counts.length - 1) * (y.counts.length - 1),
    p: (atLeast + 1) / (permutations + 1),
    permutations,
  };
}

interface Coded {
  codes: Uint32Array;
  counts: number[];
}

function encode(values: readonly string[]): Coded {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  const codes = Uint32Array.from(values, (value) => {
    const code = numbers.get(value) ?? numbers.size;
    numbers.set(value, code);
    counts[code] = (counts[code] ?? 0) + 1;
    return code;
  });
  return { codes, counts };
}

function measure(x: Coded, y: Coded): { information: number; chiSquare: number } {
  const [n, columns] = [x.codes.length, y.counts.length];
  const table = new Uint32Array(x.counts.length * columns);
  for (let i = 0; i < n; i++) table[x.codes[i]! * columns + y.codes[i]!]!++;
  let [information, squares] = [0, 0];
  for (let i = 0; i < table.length; i++) {
    const cell = table[i]!;
    if (cell === 0) continue;
    const expected = (x.counts[Math.floor(i / columns)]! * y.counts[i % columns]!) / n;
    information += (cell / n) * Math.log2(cell / expected);
    squares += cell ** 2 / expected;
  }
  return { information: Math.max(0, information), chiSquare: Math.max(0, squares - n) };
}

/** Bits. */
export function entropyOf(counts: readonly number[], n: number): number {
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / n) * Math.log2(count / n)), 0);
}
