import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { bootstrap, mean, rate, ratio } from "../../src/evaluation/statistics.ts";

describe("rate", () => {
  it("gives Wilson's interval", () => {
    const { value, ci95 } = rate(8, 10);
    expect(value).toBe(0.8);
    // Newcombe 1998, and R's prop.test(8, 10, correct = FALSE).
    expect(ci95?.[0]).toBeCloseTo(0.4902, 4);
    expect(ci95?.[1]).toBeCloseTo(0.9433, 4);
  });
  it("measures nothing without samples", () => expect(rate(0, 0)).toEqual({ value: null, ci95: null, n: 0 }));
  it("holds the rate and stays within [0, 1]", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const { value, ci95 } = rate(Math.round(n * share), n);
        const [low, high] = ci95!;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value!);
        expect(high).toBeGreaterThanOrEqual(value!);
        expect(high - low).toBeGreaterThan(0);
      }),
    ));
});

describe("bootstrap", () => {
  const values = Array.from({ length: 200 }, (_, i) => ({ cluster: String(i), value: (i * 37) % 101 }));
  it("is near the normal interval where clusters are single samples", () => {
    const { value, ci95 } = mean(values);
    const exact = values.reduce((total, v) => total + v.value, 0) / 200;
    const spread = Math.sqrt(values.reduce((total, v) => total + (v.value - exact) ** 2, 0) / 199 / 200);
    expect(value).toBeCloseTo(exact, 10);
    expect(ci95![0]).toBeCloseTo(exact - 1.96 * spread, -0.3);
    expect(ci95![1]).toBeCloseTo(exact + 1.96 * spread, -0.3);
  });
  it("is wider where samples of a cluster agree: 20 clusters of 10 equal values", () => {
    const clustered = Array.from({ length: 200 }, (_, i) => ({
      cluster: String(i % 20),
      value: ((i % 20) * 37) % 101,
    }));
    const single = clustered.map(({ value }, i) => ({ cluster: String(i), value }));
    const width = ({ ci95 }: { ci95: [number, number] | null }) => ci95![1] - ci95![0];
    expect(width(mean(clustered))).toBeGreaterThan(2 * width(mean(single)));
  });
  it("gives the same interval for the same parts, whatever their order in a cluster", () => {
    expect(mean(values)).toEqual(mean(values));
  });
  it("gives no interval from one cluster, and no value where nothing is measured", () => {
    expect(mean([{ cluster: "a", value: 3 }])).toEqual({ value: 3, ci95: null, n: 1 });
    expect(bootstrap([{ cluster: "a", sums: [0, 0] }], 1, ratio).value).toBeNull();
    expect(mean([])).toEqual({ value: null, ci95: null, n: 0 });
  });
});
