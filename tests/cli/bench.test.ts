import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bench } from "../../src/cli/bench/index.ts";
import { UsageError } from "../../src/cli/arguments.ts";
import type { BenchGoal, BenchReport } from "../../src/protocol/index.ts";
import { captured } from "./doubles.ts";

const goals: BenchGoal[] = [];
vi.mock("../../src/cli/browser.ts", async (original) => ({
  ...(await original<object>()),
  inBrowser: async (): Promise<BenchGoal[]> => goals,
}));

const goal = (met: boolean): BenchGoal => ({
  name: "warm run",
  value: 20.04,
  unit: "ms",
  peer: 4000,
  goal: "<= 50",
  met,
});

beforeEach(() => void goals.splice(0));
afterEach(() => void vi.restoreAllMocks());

describe("bench", () => {
  it("tells each goal and what it was measured against; 0 when all are met", async () => {
    goals.push(goal(true));
    const said = captured();
    expect(await bench(["sandbox"])).toBe(0);
    expect(said.out).toMatch(/^met +warm run +20\.0 ms {2}\(goal <= 50, peer 4000 ms\)\n$/);
  });

  it("is one JSON object where that is asked for; 1 when a goal is not met", async () => {
    goals.push(goal(true), goal(false));
    const said = captured();
    expect(await bench(["sandbox", "--json"])).toBe(1);
    expect(JSON.parse(said.out) as BenchReport).toMatchObject({ bench: "sandbox", goals, met: false });
  });

  it("refuses a bench that there is not", async () => {
    await expect(bench(["kitchen"])).rejects.toThrow(UsageError);
  });
});
