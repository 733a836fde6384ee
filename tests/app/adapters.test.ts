import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adapterFacts,
  adapterNameProblem,
  adapterTitle,
  broughtBy,
  fileName,
  missingAdapter,
} from "../../src/app/adapter-texts.ts";

const SHA = "0123456789abcdef".repeat(4);

describe("an adapter in words", () => {
  it("is called by its name and strength, or by its hash", () => {
    expect(adapterTitle({ sha256: SHA, scale: 0.5 }, "mine")).toBe("mine × 0.50");
    expect(adapterTitle({ sha256: SHA, scale: 1 })).toBe("0123456789… × 1.00");
    expect(adapterTitle({ sha256: SHA, scale: 1 }, "x".repeat(900)).length).toBeLessThan(130);
  });

  it("is told of where it is missing, with the way out", () => {
    expect(missingAdapter(SHA, "mine")).toBe(
      "This needs the adapter mine (0123456789ab…), which is not in this browser: import it, or put it back from the trash.",
    );
    expect(missingAdapter(SHA)).toMatch(/^This needs the adapter 0123456789ab…, which/);
  });

  it("has a name of some length", () => {
    expect(adapterNameProblem("mine")).toBeNull();
    expect(adapterNameProblem("  ")).toMatch(/name/);
    expect(adapterNameProblem("x".repeat(121))).toMatch(/at most 120/);
  });

  it("gives a file a name that every system takes", () => {
    expect(fileName("größer, 2 v1.0")).toBe("größer_ 2 v1.0");
    expect([fileName("..\\/"), fileName("..."), fileName("")]).toEqual(["_", "adapter", "adapter"]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => !/[/\\:*?"<>|\n]/.test(fileName(name))));
  });
});

describe("what a configuration says", () => {
  it("is its rank, alpha and modules", () => {
    expect(adapterFacts({ r: 8, lora_alpha: 16, target_modules: ["q_proj", "v_proj"] })).toEqual({
      rank: "8",
      alpha: "16",
      modules: "q_proj, v_proj",
    });
    expect(
      adapterFacts({
        r: 8,
        rank_pattern: { a: 16, b: 2 },
        lora_alpha: 4,
        use_rslora: true,
        target_modules: "all-linear",
      }),
    ).toEqual({ rank: "2 to 16", alpha: "4 (rsLoRA)", modules: "all-linear" });
  });

  it("is left out where it is anything else", () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("r", "lora_alpha", "target_modules", "rank_pattern"), fc.jsonValue()),
        (config) => {
          for (const text of Object.values(adapterFacts(config))) expect(text.length).toBeLessThanOrEqual(400);
        },
      ),
    ));
});

describe("what a bundle brought", () => {
  it.each([
    [{ run: "r", dataset: "d", adapter: "a" }, "The run, its dataset and its adapter were imported."],
    [{ run: "r", dataset: null, adapter: "a" }, "The run and its adapter were imported."],
    [{ run: "r", dataset: null, adapter: null }, "The run was imported."],
    [{ run: null, dataset: "d", adapter: null }, "The dataset was imported."],
    [{ run: null, dataset: null, adapter: "a" }, "The adapter was imported."],
  ])("of %o is told in a sentence", (opened, sentence) => expect(broughtBy(opened)).toBe(sentence));
});
