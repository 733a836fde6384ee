import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SampleGenerator, toJsonl } from "../../src/data/index.ts";
import { ANSWER_OPENERS, CALL_OPENERS, drawOpeners } from "../../src/data/generator/phrasing.ts";
import * as steps from "../../src/data/generator/steps.ts";
import { TEMPLATES } from "../../src/data/generator/templates/index.ts";
import { CATEGORIES, createRandom, DIFFICULTIES, UserError } from "../../src/protocol/index.ts";
import { createDefaultTools, type ToolRegistry } from "../../src/tools/index.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "../tools/python.ts";

/** Those that this dataset has. */
const SPLITS = ["train", "validation", "test"] as const;

let python: LocalPython;
let tools: ToolRegistry;
beforeAll(async () => {
  python = await startPython();
  tools = createDefaultTools(python);
}, STARTING);
afterAll(() => python.close());

const generator = (seed: number) => new SampleGenerator({ seed, set: "tool_use_v0", call: (call) => tools.call(call) });

describe("templates", () => {
  it("each is in one split, and each split has every category in every difficulty", () => {
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
    for (const split of SPLITS)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES) {
          const found = TEMPLATES.filter((t) => t.split === split && t.category === category);
          const fitting = found.filter((t) => t.difficulties.includes(difficulty));
          expect(fitting.length, `${split} ${category} ${difficulty}`).toBeGreaterThanOrEqual(2);
        }
  });

  it.each(TEMPLATES)("$id asks in several ways, each short and whole", (template) => {
    const shapes = new Set<string>();
    for (const difficulty of template.difficulties) {
      for (let i = 0; i < 40; i++) {
        const { body, reasoning, calls, optimal_tool } = template.draw(createRandom(`${difficulty}/${i}`), difficulty);
        shapes.add(body.replace(/"\w+"|\[[^\]]*\]|\d+/g, "_"));
        expect(body.split(/\s+/).length).toBeLessThanOrEqual(60);
        expect(body).toMatch(/^\S.*\S$/);
        expect(body).not.toMatch(/undefined|NaN|\{|\}|\+ -|- -|\b1\*x|\*\*1\b/);
        expect(reasoning).not.toBe("");
        expect(optimal_tool === "none").toBe(calls.length === 0);
      }
    }
    expect(shapes.size).toBeGreaterThanOrEqual(4);
  });
});

describe("openers", () => {
  it("are those that nano was trained on", () => {
    const script = "from trainer.pretrain.phrasing import *\nprint(*CALL_OPENERS, *ANSWER_OPENERS, sep='|', end='')";
    const { stdout, stderr } = spawnSync("python3", ["-c", script], {
      cwd: resolve(import.meta.dirname, "../../trainer-server"),
      encoding: "utf8",
    });
    expect([...CALL_OPENERS, ...ANSWER_OPENERS].join("|"), stderr).toBe(stdout);
  });

  it("both kinds, and all of a kind, are drawn evenly", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(), (count, seed) => {
        const drawn = drawOpeners(createRandom(seed), count);
        const counts = (names: readonly string[]) => names.map((name) => drawn.filter((o) => o === name).length);
        const [call, answer] = [counts(CALL_OPENERS), counts(ANSWER_OPENERS)];
        const total = (of: number[]) => of.reduce((sum, n) => sum + n, 0);
        expect(total(call) + total(answer)).toBe(count);
        expect(Math.abs(total(call) - total(answer))).toBeLessThanOrEqual(1);
        for (const kind of [call, answer]) expect(Math.max(...kind) - Math.min(...kind)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("steps by hand", () => {
  it.each([
    [steps.additionSteps(7, 5), 1],
    [steps.additionSteps(34, 5), 1],
    [steps.additionSteps(38, 5), 2],
    [steps.additionSteps(34, 57), 3],
    [steps.additionSteps(999, 1), 3],
    [steps.subtractionSteps(67, 1), 1],
    [steps.subtractionSteps(62, 17), 3],
    [steps.subtractionSteps(1000, 1), 4],
    [steps.productSteps(8, 5), 1],
    [steps.productSteps(31, 2), 2],
    [steps.productSteps(47, 6), 3],
    [steps.productSteps(60, 40), 1],
    [steps.productSteps(47, 36), 3 + 3 + 2],
    [steps.divisionSteps(17, 5), 2],
    [steps.divisionSteps(1000, 25), 4],
    [steps.sumSteps([7, 5, 30]), 1 + 2],
    [steps.powerSteps(2, 5), 1 + 1 + 1 + 3],
    [
      steps.derivativeSteps([
        { coefficient: 3, power: 2 },
        { coefficient: 5, power: 1 },
        { coefficient: 7, power: 0 },
      ]),
      2 + 1 + 1,
    ],
  ])("%#", (counted, expected) => expect(counted).toBe(expected));
});

describe("generating", () => {
  beforeEach(({ skip }) => skip(python.sympy === null, NO_SYMPY));

  it("same seed, same bytes; another seed, others", async () => {
    const make = async (seed: number) => toJsonl(await generator(seed).generate({ numSamples: 24 }));
    const [first, again, other] = [await make(3), await make(3), await make(4)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("is balanced from its beginning, with ids and prompts of their own", async () => {
    const samples = await generator(5).generate({ numSamples: 48 });
    for (const category of CATEGORIES)
      for (const difficulty of DIFFICULTIES)
        expect(samples.filter((s) => s.category === category && s.difficulty === difficulty)).toHaveLength(4);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(48);
    expect(new Set(samples.map(({ prompt }) => prompt)).size).toBe(48);
  });

  it("makes only what is asked for", async () => {
    const samples = await generator(6).generate({
      numSamples: 10,
      categories: ["pure_reasoning"],
      difficultyLevels: ["hard", "easy"],
    });
    expect(new Set(samples.map(({ category }) => category))).toEqual(new Set(["pure_reasoning"]));
    expect(new Set(samples.map(({ difficulty }) => difficulty))).toEqual(new Set(["easy", "hard"]));
  });
});

describe("what cannot be, in one sentence", () => {
  it.each([
    [1, { numSamples: 0 }, "numSamples is 0: it must be a whole number from 1."],
    [1, { numSamples: 2.5 }, "numSamples is 2.5"],
    [0.5, { numSamples: 1 }, "The seed is 0.5"],
    [1, { numSamples: 1, categories: ["maths"] }, 'categories: "maths" is not one of pure_reasoning'],
    [1, { numSamples: 1, difficultyLevels: [] }, "difficultyLevels is empty"],
  ])("%#", async (seed, options, message) => {
    const made = generator(seed).generate(options as Parameters<SampleGenerator["generate"]>[0]);
    await expect(made).rejects.toThrow(UserError);
    await expect(made).rejects.toThrow(message);
  });

  it("a gold call that fails is named", async () => {
    const broken = new SampleGenerator({
      set: "tool_use_v0",
      seed: 1,
      call: async () => ({ success: false, output: "", error: { type: "NameError", message: "no x" } }),
    });
    await expect(broken.generate({ numSamples: 1 })).rejects.toThrow(/The gold call .* failed: NameError: no x/);
  });

  it("a slow machine is met with smaller batches, and at last with a sentence", async () => {
    let batches = 0;
    const late = { success: false, output: "", error: { type: "TimeoutError", message: "" }, killed: "timeout" };
    const slow = async (call: Parameters<ToolRegistry["call"]>[0], most: number) => {
      const literal = /json\.loads\((".*")\)/.exec(String(call.arguments.code))?.[1] ?? "";
      const programs = (JSON.parse(JSON.parse(literal) as string) as string[]).length;
      batches++;
      return programs > most ? late : tools.call(call);
    };
    const make = (most: number) =>
      new SampleGenerator({ seed: 2, set: "tool_use_v0", call: (call) => slow(call, most) }).generate({
        numSamples: 12,
        categories: ["pure_reasoning"],
      });
    const whole = await make(100);
    const atOnce = batches;
    expect(await make(3)).toEqual(whole);
    expect(batches - atOnce).toBeGreaterThan(atOnce);
    await expect(make(0)).rejects.toThrow("A computation was stopped (timeout): close other programs and try again.");
  });
});
