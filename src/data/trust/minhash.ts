import { createRandom, hash32 } from "../../protocol/index.ts";

/** The most hashes of a signature. */
const HASHES = 128;
/** How often a pair that is just as similar as the threshold must become a candidate. */
const RECALL = 0.99;

/** Bands of `rows` hashes each: two signatures that agree in a whole band are candidates. */
export interface Banding {
  bands: number;
  rows: number;
}

/**
 * The most selective banding that finds a pair of similarity `threshold` with at least 99 % probability, which is
 * 1 - (1 - s^rows)^bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4).
 */
export function bandingFor(threshold: number): Banding {
  for (let rows = HASHES; rows > 1; rows--) {
    const bands = Math.floor(HASHES / rows);
    if (1 - (1 - threshold ** rows) ** bands >= RECALL) return { bands, rows };
  }
  return { bands: HASHES, rows: 1 };
}

/** Hashes of the runs of `size` words, sorted, each once; of a shorter text, all of it. */
export function shinglesOf(tokens: readonly string[], size: number): Uint32Array {
  const words = tokens.map(hash32);
  const hashes = new Set<number>();
  for (let i = 0; i === 0 || i + size <= words.length; i++) {
    let hash = 0x9e3779b9;
    for (let j = i; j < Math.min(i + size, words.length); j++) hash = mix(hash ^ words[j]!);
    hashes.add(hash >>> 0);
  }
  return Uint32Array.from(hashes).sort();
}

/** Draws signatures (Broder 1997): for each of many seeded hash functions the least hash of a set. */
export function createSigner(seed: number, { bands, rows }: Banding): (set: Uint32Array) => Uint32Array {
  const random = createRandom(`minhash:${seed}`);
  const keys = Uint32Array.from({ length: bands * rows }, () => random.integer(0, 0xffffffff));
  return (set) => {
    const signature = new Uint32Array(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      let least = 0xffffffff;
      for (let j = 0; j < set.length; j++) {
        const hash = mix(set[j]! ^ key) >>> 0;
        if (hash < least) least = hash;
      }
      signature[i] = least;
    }
    return signature;
  };
}

/** One number for a band of a signature. Bands that differ may share it: candidates are compared in any case. */
export function bandKey(signature: Uint32Array, band: number, rows: number): number {
  let key = 0;
  for (let i = band * rows; i < (band + 1) * rows; i++) key = mix(key ^ signature[i]!);
  return key;
}

/** |A ∩ B| / |A ∪ B| of sorted sets. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, shared] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) [i, j, shared] = [i + 1, j + 1, shared + 1];
    else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return shared / (a.length + b.length - shared);
}

/** MurmurHash3's finalizer (Appleby): a bijection of 32 bits, in which every bit of the result depends on every bit. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
