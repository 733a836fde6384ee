import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type Sample } from "../../../src/protocol/index.ts";
import { checkOf, sampleOf } from "./samples.ts";

const prompts = (...texts: string[]) => texts.map((prompt, i) => sampleOf(`s${i}`, { prompt }));

describe("exact duplicates", () => {
  it("are found through case, white space and Unicode form", async () => {
    const samples = prompts(
      "Where is the Café?",
      "where  is\tthe CAFE\u0301 ?",
      " WHERE IS THE cafe\u0301?\n",
      "Straße",
      "STRASSE",
    );
    const { level, count, items } = await checkOf("exact_duplicates", samples);
    expect({ level, count }).toEqual({ level: "problem", count: 2 });
    expect(items.map(({ ids }) => ids)).toEqual([
      ["s0", "s2"],
      ["s3", "s4"],
    ]);
  });

  it("name those first that are labelled in two ways", async () => {
    const samples = [
      ...prompts("a", "A"),
      sampleOf("x", { prompt: "b" }),
      sampleOf("y", { prompt: "B", optimal_tool: "none" }),
    ];
    const { items } = await checkOf("exact_duplicates", samples);
    expect(items[0]).toEqual({ ids: ["x", "y"], detail: '"b", labelled code_executor and none' });
  });

  it("are none where the files differ", async () => {
    const samples = ["1", "2"].map((text) => sampleOf(text, { prompt: "Read a.txt.", files: { "a.txt": text } }));
    expect((await checkOf("exact_duplicates", samples)).level).toBe("ok");
    expect((await checkOf("near_duplicates", samples)).level).toBe("ok");
  });

  it("are counted beyond the cap", async () => {
    const many = Array.from({ length: 150 }, (_, i) => [
      sampleOf(`a${i}`, { prompt: `p ${i}` }),
      sampleOf(`b${i}`, { prompt: `P ${i}` }),
    ]);
    const large = Array.from({ length: 30 }, (_, i) => sampleOf(`c${i}`, { prompt: "again" }));
    const { count, items, cap } = await checkOf("exact_duplicates", [...large, ...many.flat()]);
    expect([count, items.length, cap]).toEqual([151, 100, 100]);
    expect(items[0]!.ids).toHaveLength(20);
    expect(items[0]!.detail).toContain("the first 20 of 30");
  });
});

describe("near duplicates", () => {
  const base = "please read the long table of figures below and tell me which of the cities had the most rain in";
  it("share most of their words", async () => {
    const samples = prompts(`${base} May`, `${base} June`, "something else altogether, without any of these words");
    const { level, items } = await checkOf("near_duplicates", samples);
    expect(level).toBe("notice");
    expect(items.map(({ ids }) => ids)).toEqual([["s0", "s1"]]);
    expect((await checkOf("near_duplicates", samples, { threshold: 0.99 })).level).toBe("ok");
  });

  it("are what one template made once its numbers are masked", async () => {
    const samples = prompts("Add 17 to 25.", "Add 1,700 to 2.5.", "Subtract 17 from 25.");
    expect((await checkOf("near_duplicates", samples)).count).toBe(0);
    const { items } = await checkOf("near_duplicates", samples, { maskNumbers: true });
    expect(items.map(({ ids }) => ids)).toEqual([["s0", "s1"]]);
  });

  /** Texts of a small vocabulary, some of them changed copies of earlier ones. */
  function texts(seed: number, count: number): string[][] {
    const random = createRandom(seed);
    const word = () => `w${random.integer(0, 400)}`;
    const made: string[][] = [];
    for (let i = 0; i < count; i++) {
      const copied = made.length > 0 && random.next() < 0.5 ? [...random.pick(made)] : null;
      const text = copied ?? Array.from({ length: random.integer(3, 40) }, word);
      if (copied) for (let j = random.integer(0, 2); j >= 0; j--) text[random.integer(0, text.length - 1)] = word();
      made.push(text);
    }
    return made;
  }

  function similarity(a: Set<string>, b: Set<string>): number {
    const shared = [...a].filter((shingle) => b.has(shingle)).length;
    return shared / (a.size + b.size - shared);
  }

  it("are nearly all of the groups that comparing each with each finds, and no others", async () => {
    const all = texts(7, 300);
    const shingles = all.map((words) => new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(" "))));
    const groups = all.map((_, i) => new Set([i]));
    shingles.forEach((a, i) =>
      shingles.slice(0, i).forEach((b, j) => {
        if (groups[i] === groups[j] || similarity(a, b) < 0.8) return;
        for (const k of groups[j]!) groups[i]!.add(k);
        for (const k of groups[i]!) groups[k] = groups[i]!;
      }),
    );
    const expected = [...new Set(groups)].filter(({ size }) => size > 1).flatMap((group) => [...group]);
    const samples = prompts(...all.map((words) => words.join(" ")));
    const { items } = await checkOf("near_duplicates", samples);
    const found = items.map(({ ids }) => ids.map((id) => Number(id.slice(1))));
    expect(expected.length).toBeGreaterThan(20);
    expect(found.flat().length / expected.length).toBeGreaterThan(0.95);
    for (const group of found) expect(group.every((i) => groups[group[0]!]!.has(i))).toBe(true);
  });

  it("are the same for the same seed, whatever else is going on", async () => {
    const samples = prompts(...texts(3, 300).map((words) => words.join(" ")));
    const [one, two] = await Promise.all([
      checkOf("near_duplicates", samples, { seed: 5 }),
      checkOf("near_duplicates", samples, { seed: 5 }),
    ]);
    expect(one).toEqual(two);
  });

  it("are found for every pair of equal words, however they are set", () => {
    const text = fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,6}){0,12}$/);
    return fc.assert(
      fc.asyncProperty(text, async (words) => {
        const samples: Sample[] = prompts(words, `${words} .`, words.replaceAll(" ", "  ").toUpperCase());
        expect((await checkOf("exact_duplicates", samples)).items.map(({ ids }) => ids)).toEqual([["s0", "s2"]]);
      }),
      { numRuns: 30 },
    );
  });

  it("refuse a threshold that is none", async () => {
    await expect(checkOf("near_duplicates", prompts("a"), { threshold: 0 })).rejects.toThrow(/threshold is 0/);
  });
});
