import { expect, it } from "vitest";
import { Gate } from "../../src/sandbox/gate.ts";

it("lets in as many as there are places, in their order, and counts a place once", async () => {
  const gate = new Gate(2);
  const entered: number[] = [];
  const leaves: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async (n) => {
    leaves[n] = await gate.enter();
    entered.push(n);
  });
  await Promise.all(all.slice(0, 2));
  expect(entered).toEqual([0, 1]);
  leaves[1]!();
  leaves[1]!();
  await all[2];
  expect(entered).toEqual([0, 1, 2]);
  leaves[0]!();
  await all[3];
  expect(entered).toEqual([0, 1, 2, 3]);
});
