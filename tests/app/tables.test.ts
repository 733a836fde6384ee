import { describe, expect, it } from "vitest";
import { filterResults, type Filter } from "../../src/app/result/tables.ts";
import { fakeResult, fakeSamples } from "./fixtures/run.ts";

const samples = fakeSamples(40);
const byId = new Map(samples.map((sample) => [sample.id, sample]));
const results = samples.map((sample) => fakeResult(sample));
const all: Filter = { category: "", outcome: "all", decision: "", arm: "", text: "" };

describe("filters", () => {
  it("keep everything, in order, when nothing is asked", () => {
    expect(filterResults(results, byId, all)).toEqual(results);
  });

  it("part the answers into correct and wrong", () => {
    const correct = filterResults(results, byId, { ...all, outcome: "correct" });
    const wrong = filterResults(results, byId, { ...all, outcome: "wrong" });
    expect(correct.every((result) => result.scores.correct)).toBe(true);
    expect(correct.length + wrong.length).toBe(results.length);
    expect(correct.length).toBeGreaterThan(0);
    expect(wrong.length).toBeGreaterThan(0);
  });

  it("combine", () => {
    const kept = filterResults(results, byId, { ...all, category: "multi_step", decision: "code_executor" });
    expect(kept.length).toBeGreaterThan(0);
    for (const result of kept) {
      expect(byId.get(result.sample_id)?.category).toBe("multi_step");
      expect(result.scores.decision).toBe("code_executor");
    }
    expect(filterResults(results, byId, { ...all, text: "SAMPLE-0003" }).map((r) => r.sample_id)).toEqual([
      "sample-0003",
    ]);
  });
});
