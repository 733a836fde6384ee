import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTurn } from "../../../src/agent/index.ts";
import { fairPairs, lengthAuroc } from "../../../src/data/training/length.ts";
import { makeTrainingRows, type Turn } from "../../../src/data/training/index.ts";
import { gradeAnswer } from "../../../src/evaluation/index.ts";
import { renderCall } from "../../../src/models/index.ts";
import { coding, optionsOf, published, sampleOf, TOOLS } from "./doubles.ts";

const samples = new Map(published.samples.map((sample) => [sample.id, sample]));
const PAIR = TOOLS.slice(0, 2);
const written = ([turn]: Turn[]) =>
  turn!.content + (turn!.tool_calls ?? []).map((call) => renderCall(call.function)).join("");

/** By hand: the share of (chosen, rejected) in which the chosen one is longer, equals counting half. */
function aurocOf(pairs: { chosen: number; rejected: number }[]): number {
  let sum = 0;
  for (const { chosen } of pairs) {
    for (const { rejected } of pairs) sum += chosen > rejected ? 1 : chosen === rejected ? 0.5 : 0;
  }
  return sum / pairs.length ** 2;
}

describe.each([
  ["the two tools that are meant to be listed", PAIR],
  ["all four", TOOLS],
])("pairs from labels, with %s", (_, tools) => {
  const make = (seed: number, rendered = true) =>
    makeTrainingRows({ dataset: published, method: "dpo", seed, tools, ...(rendered && { renderCall }) });

  it("length does not tell which is chosen", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { rows, lengthAuroc: told } = await make(seed);
      const lengths = rows.map((r) => ({ chosen: written(r.chosen).length, rejected: written(r.rejected).length }));
      expect(told).toBeCloseTo(aurocOf(lengths), 10);
      expect(told).toBeGreaterThanOrEqual(0.45);
      expect(told).toBeLessThanOrEqual(0.55);
      expect((await make(seed, false)).lengthAuroc).toBeGreaterThanOrEqual(0.45);
    }
  });

  it("the chosen turn is the label's; the rejected one is what the contrast says, and never acceptable", async () => {
    const { rows } = await make(1);
    for (const { sample_id, chosen, rejected, contrast, tools: listed } of rows) {
      const sample = samples.get(sample_id)!;
      const [right, wrong] = [parseTurn(written(chosen)), parseTurn(written(rejected))];
      expect(right.calls[0]?.call ?? "none").toEqual(sample.gold_calls?.[0] ?? "none");
      const decision = wrong.calls[0]?.call.name ?? (wrong.malformed ? "malformed" : "none");
      expect([sample.optimal_tool, ...sample.alternative_tools]).not.toContain(decision);
      if (contrast === "call") expect(sample.optimal_tool).toBe("none");
      if (contrast === "malformed") expect(decision).toBe("malformed");
      if (contrast === "answer") {
        expect(decision).toBe("none");
        expect((await gradeAnswer(sample, rejected[0]!.content)).correct).toBe(false);
      }
      if (contrast === "call" || contrast === "tool") {
        expect(listed.map((tool) => tool.function.name)).toContain(decision);
      }
    }
  });

  it("both directions are as frequent, and every contrast is there", async () => {
    const { rows, skipped } = await make(1);
    const count = (contrast: string) => rows.filter((row) => row.contrast === contrast).length;
    expect(count("call")).toBe(count("answer"));
    for (const contrast of ["call", "answer", "tool", "malformed"]) expect(count(contrast)).toBeGreaterThan(20);
    expect(Object.keys(skipped).some((reason) => reason.startsWith("balance: more samples prefer a call"))).toBe(true);
  });

  it("there are malformed ones only with a rendering", async () => {
    expect((await make(1, false)).rows.some(({ contrast }) => contrast === "malformed")).toBe(false);
  });
});

describe("judged turns", () => {
  it("are the two sides of each pair", async () => {
    const options = { dataset: published, seed: 1, tools: TOOLS, renderCall };
    const pairs = await makeTrainingRows({ ...options, method: "dpo" });
    const judged = await makeTrainingRows({ ...options, method: "kto" });
    expect(judged.rows.map(({ completion, label }) => ({ completion, label }))).toEqual(
      pairs.rows.flatMap(({ chosen, rejected }) => [
        { completion: chosen, label: true },
        { completion: rejected, label: false },
      ]),
    );
    expect(judged.lengthAuroc).toBe(pairs.lengthAuroc);
  });
});

it("samples of one label alone give no pairs of answer against call, and that is said", async () => {
  const made = makeTrainingRows({ ...optionsOf([sampleOf(), sampleOf({ id: "b" })]), method: "dpo" });
  await expect(made).rejects.toThrow(
    /^mine: nothing is left to train on: .*balance: more samples prefer an answer to a call than a call to an answer \(2\)/,
  );
  const two = [sampleOf(), coding({ id: "b", ground_truth_output: "5" })];
  expect((await makeTrainingRows({ ...optionsOf(two), method: "dpo" })).rows.length).toBeGreaterThanOrEqual(2);
});

describe("length", () => {
  const pair = fc.record({ pair: fc.nat(), chosen: fc.nat(30), rejected: fc.nat(30) });

  it("its AUROC is the share of comparisons", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), (pairs) => {
        expect(lengthAuroc(pairs)).toBeCloseTo(aurocOf(pairs), 10);
      }),
    );
    expect(lengthAuroc([])).toBeNull();
  });

  it("pairs that give the label away are left out, and no others", () => {
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 60, maxLength: 120 }),
        fc.integer({ min: -15, max: 15 }),
        (drawn, shift) => {
          const pairs = drawn.map((one) => ({ ...one, chosen: one.chosen + shift + 15 }));
          const fair = fairPairs(pairs);
          expect(pairs.filter((one) => fair.includes(one))).toEqual(fair);
          const [before, after] = [lengthAuroc(pairs)!, lengthAuroc(fair)];
          if (before >= 0.45 && before <= 0.55) expect(fair).toEqual(pairs);
          const sign = Math.sign(before - 0.5);
          for (const one of pairs)
            if (!fair.includes(one)) expect(sign * (one.chosen - one.rejected)).toBeGreaterThan(0);
          if (fair.length >= 20) {
            expect(after).toBeGreaterThanOrEqual(0.45);
            expect(after).toBeLessThanOrEqual(0.55);
          }
        },
      ),
    );
  });
});
