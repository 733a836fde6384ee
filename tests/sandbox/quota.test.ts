import fc from "fast-check";
import { expect, it } from "vitest";
import { Budget } from "../../src/sandbox/worker/quota.ts";

const MIB = 2 ** 20;

/** A budget with a heap of its own; `grow` is what Python's allocator calls. */
function budgetWith(limit: number, image = 60 * MIB) {
  let heap = image;
  const calls: Record<string, unknown> = { emscripten_resize_heap: (size: number) => ((heap = size), 1) };
  const budget = new Budget();
  budget.wrap(calls as Record<string, WebAssembly.ImportValue>);
  budget.begin(limit, () => heap);
  const grow = (bytes: number) => (calls["emscripten_resize_heap"] as (size: number) => number)(heap + bytes) === 1;
  return { budget, grow, used: () => heap - image };
}

it("heap and files share one limit, whoever comes first", () => {
  const { budget, grow } = budgetWith(32 * MIB);
  expect(budget.take(20 * MIB)).toBe(true);
  expect(grow(16 * MIB)).toBe(false);
  expect(grow(12 * MIB)).toBe(true);
  expect(budget.take(1)).toBe(false);
  expect(budget.take(-10 * MIB)).toBe(true);
  expect(grow(10 * MIB)).toBe(true);
});

it("no order of growing, writing and removing goes beyond the limit", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -8, max: 16 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 64 }), (moves, limit) => {
      const { budget, grow, used } = budgetWith(limit * MIB);
      let files = 0;
      for (const [isFile, mib] of moves) {
        if (!isFile) grow(Math.max(0, mib) * MIB);
        else if (files + mib >= 0 && budget.take(mib * MIB)) files += mib;
        expect(used() + files * MIB).toBeLessThanOrEqual(limit * MIB);
      }
    }),
  );
});
