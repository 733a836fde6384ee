import { describe, expect, it } from "vitest";
import { contamination, sideOf } from "../../../src/data/trust/index.ts";
import { sampleOf } from "./samples.ts";

const one = async (id: string, ...args: Parameters<typeof contamination>) =>
  (await contamination(...args)).find((check) => check.id === id)!;

const TEXT = "the quick brown fox jumps over the lazy dog near the old stone bridge";
const train = [sampleOf("t", { prompt: `Someone said that ${TEXT} today.`, template: "fox", topic: "animals" })];

describe("contamination", () => {
  it("is an identical prompt", async () => {
    const test = [sampleOf("a", { prompt: `someone  SAID that ${TEXT} today.` }), sampleOf("b")];
    const { level, items } = await one("identical_prompts", test, train);
    expect(level).toBe("problem");
    expect(items.map(({ ids }) => ids)).toEqual([["a", "t"]]);
  });

  it("is the share of a prompt's word n-grams that training has", async () => {
    const test = [
      sampleOf("most", { prompt: TEXT }),
      sampleOf("some", { prompt: `${TEXT} and then runs through a field of barley towards another town far away` }),
      sampleOf("none", { prompt: "nothing of this was ever said to anyone in a sentence of the other file" }),
    ];
    const { level, count, items, summary } = await one("ngram_overlap", test, train);
    expect({ level, count }).toEqual({ level: "problem", count: 2 });
    expect(items.map(({ ids }) => ids)).toEqual([
      ["most", "t"],
      ["some", "t"],
    ]);
    // 14 words have 7 eight-grams; 27 words have 20, of which 7 are known.
    expect(items[0]!.detail).toMatch(/^100\.0 % \(7 of 7\)/);
    expect(items[1]!.detail).toMatch(/^35\.0 % \(7 of 20\)/);
    expect(summary).toMatch(/^1 of 3 test prompts have at least 50\.0 %/);
    expect((await one("ngram_overlap", test.slice(1), train)).level).toBe("notice");
    expect((await one("ngram_overlap", test.slice(1), train, { n: 15 })).level).toBe("ok");
  });

  it("is of a prompt shorter than n only where all its words are the same", async () => {
    const short = [sampleOf("u", { prompt: "Two plus two?" })];
    expect((await one("ngram_overlap", [sampleOf("a", { prompt: "two plus two ?" })], short)).level).toBe("problem");
    expect((await one("ngram_overlap", [sampleOf("a", { prompt: "two plus" })], short)).level).toBe("ok");
  });

  it.each(["template", "topic"] as const)("is a shared %s", async (field) => {
    const shared = [sampleOf("a", { [field]: train[0]![field] }), sampleOf("b", { [field]: "another" })];
    const { level, count, items } = await one(`shared_${field}s`, shared, train);
    expect({ level, count, ids: items[0]!.ids }).toEqual({ level: "problem", count: 1, ids: ["a"] });
    expect((await one(`shared_${field}s`, [sampleOf("c")], train)).summary).toMatch(/^Not compared/);
  });

  it("refuses an n that is none", async () => {
    await expect(contamination(train, train, { n: 0 })).rejects.toThrow(/n is 0/);
  });

  it("takes a side's splits where there are any", () => {
    const samples = (["train", "validation", "test", "test_tools", undefined] as const).map((split) =>
      sampleOf(`${split}`, split ? { split } : {}),
    );
    expect(sideOf(samples, "train").map(({ id }) => id)).toEqual(["train", "validation"]);
    expect(sideOf(samples, "test").map(({ id }) => id)).toEqual(["test", "test_tools"]);
    expect(sideOf(samples.slice(0, 1), "test")).toHaveLength(1);
  });
});
