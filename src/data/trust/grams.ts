import { tokensOf } from "./words.ts";

/** The word n-grams of many texts. */
export interface GramIndex {
  add(text: string, index: number): void;
  /** How many of a text's n-grams are in the index, and the first added text that has one of them. */
  look(text: string): { seen: number; all: number; first: number | null };
}

/** A text of fewer than n words is one gram, which only a text of the same words shares. */
export function createGramIndex(n: number): GramIndex {
  // Words become numbers, so that an n-gram is hashed from them without collisions of words.
  const numbers = new Map<string, number>();
  const grams = new Map<number, number>();
  const gramsOf = (text: string) => {
    const words = tokensOf(text).map((token) => {
      const known = numbers.get(token);
      if (known !== undefined) return known;
      numbers.set(token, numbers.size);
      return numbers.size - 1;
    });
    return hashes(words, n);
  };
  return {
    add(text, index) {
      for (const gram of gramsOf(text)) if (!grams.has(gram)) grams.set(gram, index);
    },
    look(text) {
      const all = gramsOf(text);
      const found = all.flatMap((gram) => grams.get(gram) ?? []);
      return { seen: found.length, all: all.length, first: found[0] ?? null };
    },
  };
}

/** Each different n-gram as a number of 53 bits: among a million of them two meet with a chance of about 1 in 18,000. */
function hashes(words: number[], n: number): number[] {
  const found = new Set<number>();
  const length = Math.min(n, words.length);
  for (let i = 0; i + length <= words.length; i++) {
    let [high, low] = [length, ~length];
    for (let j = i; j < i + length; j++) {
      high = Math.imul(high ^ words[j]!, 0x85ebca6b);
      high ^= high >>> 15;
      low = Math.imul(low + words[j]!, 0xc2b2ae35);
      low ^= low >>> 13;
    }
    found.add((high >>> 0) * 2 ** 21 + (low >>> 11));
  }
  return [...found];
}
