import type { BenchGoal } from "../../protocol/index.ts";

const plain = (name: string, value: number, unit: string, goal: string, met: boolean): BenchGoal => ({
  ...{ name, value, unit, peer: null, goal, met },
});

/** A figure that must not be lower. */
export const atLeast = (name: string, value: number, unit: string, least: number): BenchGoal =>
  plain(name, value, unit, `>= ${least}`, value >= least);

/** A figure that must not be higher. */
export const atMost = (name: string, value: number, unit: string, most: number): BenchGoal =>
  plain(name, value, unit, `<= ${most}`, value <= most);

/** A figure that nobody set a goal for. */
export const told = (name: string, value: number, unit: string, peer: number | null = null): BenchGoal => ({
  ...plain(name, value, unit, "told", true),
  peer,
});
