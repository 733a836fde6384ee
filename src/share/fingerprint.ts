import { canonicalJson, hash32, type SampleResult } from "../protocol/index.ts";
import { decidedIn, saidIn } from "../evaluation/index.ts";

/** Characters that stand for one result: two for what was decided, two for what was said. */
export const WIDTH = 4;
/** Beyond this many results a link carries no fingerprints: it would not fit into a message. */
export const MOST_RESULTS = 500;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Short hashes of results in the run's order: enough to name the first that differs, not to prove that none does. */
export function fingerprint(results: readonly SampleResult[]): string {
  return results.map((result) => short(decidedIn(result)) + short(saidIn(result))).join("");
}

/** Whether two results' fingerprints agree on what was decided. */
export function sameDecision(a: string, b: string): boolean {
  return a.slice(0, WIDTH / 2) === b.slice(0, WIDTH / 2);
}

/** Twelve bits of a value as two characters. */
function short(value: unknown): string {
  const hash = hash32(canonicalJson(value));
  const bits = (hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff;
  return ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63);
}
