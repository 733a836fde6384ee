import { describe, expect, it } from "vitest";
import { confusionTable, filterResults, type Filter } from "../../src/app/result/tables.ts";
import { fakeResult, fakeSamples } from "./fixtures/run.ts";

const samples = fakeSamples(40);
const byId = new Map(samples.map((sample) => [sample.id, sample]));
const results = samples.map((sample) => fakeResult(sample));
const all: Filter = { category: "", outcome: "all", decision: "", arm: "", text: "" };

describe("the table of decisions", () => {
  it("counts every answer once, and the diagonal is tool accuracy", () => {
    const table = confusionTable(results, byId);
    expect(table.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(results.length);
    const diagonal = table.optimal.reduce(
      (sum, name, i) => sum + (table.counts[i]?.[table.chosen.indexOf(name)] ?? 0),
      0,
    );
    expect(diagonal).toBe(results.filter((result) => result.scores.tool_correct).length);
    expect(table.most).toBe(Math.max(...table.counts.flat()));
  });

  it("has answers first and calls that cannot be read last", () => {
    const [first] = results;
    if (!first) throw new Error("no result");
    const odd = { ...first, scores: { ...first.scores, decision: "malformed" } };
    const { chosen } = confusionTable([...results, odd], byId);
    expect(chosen[0]).toBe("none");
    expect(chosen.at(-1)).toBe("malformed");
  });

  it("is empty where no label is known", () => {
    expect(confusionTable(results, new Map())).toEqual({ optimal: [], chosen: [], counts: [], most: 0 });
  });
});

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
