import { UserError, type Random } from "../../protocol/index.ts";

/** The likeliest token; the lowest id among equals. A UserError when no logit is a number (a broken kernel or graph). */
export function argmax(logits: Float32Array): number {
  let best = -1;
  let most = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id]!;
    if (value > most) {
      most = value;
      best = id;
    }
  }
  if (best >= 0) return best;
  throw new UserError("The model computed no numbers on this device: choose another device or dtype.");
}

/** Probabilities of all tokens at a temperature, in double precision. */
export function softmax(logits: Float32Array, temperature = 1): Float64Array {
  const most = logits[argmax(logits)]!;
  const out = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < out.length; id++) total += out[id] = Math.exp((logits[id]! - most) / temperature);
  for (let id = 0; id < out.length; id++) out[id]! /= total;
  return out;
}

/** Entropy of a distribution, in nats. */
export function entropy(probabilities: Float64Array): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return sum;
}

/** The n likeliest ids, likeliest first; the lower id first among equals. */
export function likeliest(probabilities: Float64Array, n: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < probabilities.length; id++) {
    const p = probabilities[id]!;
    if (best.length === n && p <= probabilities[best[n - 1]!]!) continue;
    let place = best.length;
    while (place > 0 && probabilities[best[place - 1]!]! < p) place--;
    best.splice(place, 0, id);
    if (best.length > n) best.pop();
  }
  return best;
}

/** What a token is drawn from. */
export interface Sampling {
  /** 0: greedy. */
  temperature: number;
  /** The share of the mass that the likeliest tokens must hold, above 0 and at most 1. */
  topP: number;
  /** Most tokens to draw from; missing: all. */
  topK?: number | undefined;
}

/**
 * Greedy at temperature 0; else one draw from the smallest set of likeliest tokens that holds `topP` of the mass of the
 * `topK` likeliest ones (the order in which transformers and vLLM apply the two).
 */
export function chooseToken(logits: Float32Array, { temperature, topP, topK }: Sampling, random: Random): number {
  if (temperature === 0) return argmax(logits);
  const probabilities = softmax(logits, temperature);
  if (topK !== undefined && topK < probabilities.length) {
    const ids = likeliest(probabilities, topK);
    const mass = ids.reduce((sum, id) => sum + probabilities[id]!, 0);
    return draw(probabilities, topP < 1 ? holding(probabilities, ids, topP * mass) : ids, random.next());
  }
  return draw(probabilities, topP < 1 ? nucleus(probabilities, topP) : null, random.next());
}

/** The smallest set of likeliest ids that holds `topP` of all mass, likeliest first. */
function nucleus(probabilities: Float64Array, topP: number): number[] {
  // Tokens below this hold less than 1 - topP together, so none of them is needed: sorting the others is exact.
  const least = (1 - topP) / probabilities.length;
  const ids: number[] = [];
  for (let id = 0; id < probabilities.length; id++) if (probabilities[id]! >= least) ids.push(id);
  ids.sort((x, y) => probabilities[y]! - probabilities[x]! || x - y);
  return holding(probabilities, ids, topP);
}

/** The first of `ids` that hold this mass together; all of them where rounding leaves them short of it. */
function holding(probabilities: Float64Array, ids: number[], wanted: number): number[] {
  let mass = 0;
  const end = ids.findIndex((id) => (mass += probabilities[id]!) >= wanted);
  return end < 0 ? ids : ids.slice(0, end + 1);
}

/** The id at the point `at` (0 to 1) of the cumulated probabilities of `ids`, or of all. */
function draw(probabilities: Float64Array, ids: readonly number[] | null, at: number): number {
  const count = ids ? ids.length : probabilities.length;
  const idAt = (i: number) => (ids ? ids[i]! : i);
  let total = 0;
  for (let i = 0; i < count; i++) total += probabilities[idAt(i)]!;
  let left = at * total;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const p = probabilities[idAt(i)]!;
    if (p === 0) continue;
    last = idAt(i);
    left -= p;
    if (left < 0) break;
  }
  return last;
}
