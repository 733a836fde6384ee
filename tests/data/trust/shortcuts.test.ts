import { describe, expect, it } from "vitest";
import { createRandom, type Sample } from "../../../src/protocol/index.ts";
import { checkOf, sampleOf } from "./samples.ts";

describe("the answer in the prompt", () => {
  const shown = async (prompt: string, gold_answer: string, change: Partial<Sample> = {}) =>
    (await checkOf("answer_in_prompt", [sampleOf("a", { prompt, gold_answer, ...change })])).count > 0;

  it.each([
    ["Is it 42 or 17?", "42"],
    ["One of [3,14,15].", "14"],
    ["It cost 1,234 in all.", "1234"],
    ["Is it -3?", "-3"],
    ["10-3, or 10 - 3", "3"],
    ["It weighs 5kg.", "5.0"],
    ["Is it New  York?", "new york"],
    ["Simplify (x+5)*2/2 to x +5.", "x + 5"],
    ["Say (y).", "(y)"],
  ])("is found: %j shows %j", async (prompt, answer) => expect(await shown(prompt, answer)).toBe(true));

  it.each([
    ["Is it 142 or 420?", "42"],
    ["Is it 4.2 or 1.42?", "42"],
    ["Is it 42.5?", "42"],
    ["Version 1.42.1", "42"],
    ["Take x42.", "42"],
    ["What is 10-3?", "-3"],
    ["A category", "cat"],
    ["Is it x + 52 or x + 5.5?", "x + 5"],
    ["Newyork", "new york"],
    ["Say nothing.", " "],
  ])("is not found: %j does not show %j", async (prompt, answer) => expect(await shown(prompt, answer)).toBe(false));

  it("is spelled as it is where capitals count, and is not looked for where calls are graded", async () => {
    const change = { check: { kind: "exact", case_sensitive: true } } as const;
    expect(await shown("Write king in capitals.", "KING", change)).toBe(false);
    expect(await shown("Write king in capitals.", "KING")).toBe(true);
    expect(await shown("42", "42", { check: { kind: "calls", calls: [] } })).toBe(false);
  });

  it("is a trap where none is right, and a problem among execution_required", async () => {
    const given = { prompt: "It is 42.", gold_answer: "42" };
    const trap = sampleOf("trap", { ...given, optimal_tool: "none", category: "pure_reasoning" });
    const { level, items } = await checkOf("answer_in_prompt", [trap]);
    expect({ level, detail: items[0]!.detail }).toEqual({
      level: "ok",
      detail: "pure_reasoning, labelled none: 1 of 1 (traps)",
    });
    expect((await checkOf("answer_in_prompt", [trap, sampleOf("a", given)])).level).toBe("notice");
    const strict = sampleOf("e", { ...given, category: "execution_required" });
    expect((await checkOf("answer_in_prompt", [trap, strict])).level).toBe("problem");
  });
});

describe("the first word and the opener", () => {
  const openers = ["Okay,", "Quick one:", "Now,"];
  const samples = (choose: (i: number, label: string) => string) =>
    Array.from({ length: 300 }, (_, i) => {
      const label = i % 2 === 0 ? "none" : "code_executor";
      return sampleOf(`s${i}`, { prompt: `${choose(i, label)} what is ${i}?`, optimal_tool: label });
    });

  it.each(["first_word", "opener"])("tell the label: %s", async (id) => {
    const telling = await checkOf(
      id,
      samples((_, label) => (label === "none" ? "Now," : "Okay,")),
    );
    expect(telling.level).toBe("problem");
    expect(telling.summary).toMatch(/^Mutual information with optimal_tool 1 bits .* p = 0.001 /);
    expect(telling.items.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^"now": none in 100\.0 % of 150 samples, overall in 50\.0 %/)]),
    );
  });

  it("tell nothing where they are drawn", async () => {
    const random = createRandom(4);
    const drawn = samples(() => random.pick(openers));
    for (const id of ["first_word", "opener"]) {
      const found = await checkOf(id, drawn);
      expect({ level: found.level, count: found.count }).toEqual({ level: "ok", count: 0 });
      expect(await checkOf(id, drawn)).toEqual(found);
    }
  });

  it("are not compared where there are none, or only one label", async () => {
    expect(
      (
        await checkOf(
          "opener",
          samples(() => "What:is"),
        )
      ).summary,
    ).toMatch(/^Not compared: 0\.0 %/);
    expect((await checkOf("first_word", [sampleOf("a"), sampleOf("b")])).summary).toMatch(/same label/);
  });

  it("are not many rare words that stand beside a label by chance", async () => {
    const found = await checkOf(
      "first_word",
      samples((i) => `word${i}`),
    );
    expect(found.level).toBe("ok");
  });
});

describe("prompt length", () => {
  const lengths = (none: number[], tool: number[]) => [
    ...none.map((n, i) => sampleOf(`n${i}`, { prompt: "x".repeat(n), optimal_tool: "none" })),
    ...tool.map((n, i) => sampleOf(`t${i}`, { prompt: "x".repeat(n) })),
  ];
  it.each([
    [[1, 2], [3, 4], "1.000", "problem"],
    [[3, 4], [1, 2], "0.000", "problem"],
    [[1, 3], [2, 4], "0.750", "notice"],
    [[2, 2], [2, 2], "0.500", "ok"],
    [[1, 2], [2, 1], "0.500", "ok"],
  ])("%j against %j: AUROC %s, %s", async (none, tool, area, level) => {
    const found = await checkOf("prompt_length", lengths(none, tool));
    expect(found.summary).toContain(`probability ${area} `);
    expect(found.level).toBe(level);
  });
});
