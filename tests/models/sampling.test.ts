import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/protocol/index.ts";
import { argmax, chooseToken, entropy, likeliest, softmax } from "../../src/models/decoding/sampling.ts";

const logits = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 50 })
  .map((values) => Float32Array.from(values));

describe("sampling", () => {
  it("softmax sums to 1, orders as the logits, and its entropy lies between 0 and ln n", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const p = softmax(values);
        expect(p.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 9);
        expect(p[likeliest(p, 1)[0]!]).toBe(p[argmax(values)]);
        expect(entropy(p)).toBeGreaterThanOrEqual(0);
        expect(entropy(p)).toBeLessThanOrEqual(Math.log(values.length) + 1e-9);
      }),
    );
  });

  it("likeliest gives the n largest, the lower id first among equals", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        (xs, n) => {
          const sorted = xs.map((_, id) => id).sort((a, b) => xs[b]! - xs[a]! || a - b);
          expect(likeliest(Float64Array.from(xs), n)).toEqual(sorted.slice(0, n));
        },
      ),
    );
  });

  it("never draws outside the smallest set that holds top-p", () => {
    const cases = fc.tuple(logits, fc.constantFrom(0.1, 0.5, 0.9, 0.99), fc.nat());
    fc.assert(
      fc.property(cases, ([values, topP, seed]) => {
        const p = softmax(values);
        const order = likeliest(p, p.length);
        let mass = 0;
        const allowed = new Set<number>();
        for (const id of order) {
          allowed.add(id);
          if ((mass += p[id]!) >= topP) break;
        }
        const id = chooseToken(values, { temperature: 1, topP }, createRandom(seed));
        // A tie at the border, or a rounding there, may admit one of equal probability.
        const least = Math.min(...[...allowed].map((i) => p[i]!));
        expect(allowed.has(id) || p[id]! >= least * (1 - 1e-9)).toBe(true);
      }),
    );
  });

  it("never draws outside the k likeliest, and takes top-p of what they hold", () => {
    const cases = fc.tuple(logits, fc.integer({ min: 1, max: 60 }), fc.constantFrom(0.3, 0.9, 1), fc.nat());
    fc.assert(
      fc.property(cases, ([values, topK, topP, seed]) => {
        const p = softmax(values);
        const best = likeliest(p, topK);
        const kept = best.map((id) => p[id]!);
        const mass = kept.reduce((sum, x) => sum + x, 0);
        let held = 0;
        const needed = kept.findIndex((x) => (held += x / mass) >= topP - 1e-9);
        const least = kept.at(needed)!;
        const id = chooseToken(values, { temperature: 1, topP, topK }, createRandom(seed));
        expect(best).toContain(id);
        expect(p[id]).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      }),
    );
  });

  it("is greedy at top-k 1, and as without top-k where k is the vocabulary", () => {
    fc.assert(
      fc.property(logits, fc.nat(), (values, seed) => {
        const at = { temperature: 1.3, topP: 0.8 };
        const p = softmax(values, at.temperature);
        // Logits that differ by less than a probability can tell count as equal.
        expect(p[chooseToken(values, { ...at, topK: 1 }, createRandom(seed))]).toBe(p[argmax(values)]);
        expect(chooseToken(values, { ...at, topK: values.length }, createRandom(seed))).toBe(
          chooseToken(values, at, createRandom(seed)),
        );
      }),
    );
  });

  it("draws in proportion to the probabilities, and never a masked token", () => {
    const values = Float32Array.from([Math.log(0.5), Math.log(0.3), -Infinity, Math.log(0.2)]);
    const random = createRandom(5);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[chooseToken(values, { temperature: 1, topP: 1 }, random)]!++;
    expect(counts[2]).toBe(0);
    for (const [id, share] of [0.5, 0.3, 0, 0.2].entries())
      expect(Math.abs(counts[id]! / 4000 - share)).toBeLessThan(0.04);
  });

  it("is greedy at temperature 0, the lowest id among equals", () => {
    expect(chooseToken(Float32Array.from([1, 3, 3]), { temperature: 0, topP: 0.5 }, createRandom(0))).toBe(1);
  });
});
