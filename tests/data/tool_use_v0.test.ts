import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseDataset, SampleGenerator, toJsonl } from "../../src/data/index.ts";
import { CALL_OPENERS, ANSWER_OPENERS } from "../../src/data/generator/phrasing.ts";
import { graderWith } from "../../src/evaluation/algebra.ts";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { gradeAnswer } from "../../src/evaluation/scorers/index.ts";
import { loadScripted } from "../../src/models/index.ts";
import { CATEGORIES, DIFFICULTIES, sha256, type Sample, type ToolCall } from "../../src/protocol/index.ts";
import { createDefaultTools, type ToolOutcome } from "../../src/tools/index.ts";
import { configOf } from "../evaluation/doubles.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "../tools/python.ts";

/** Those that this dataset has. */
const SPLITS = ["train", "validation", "test"] as const;

const folder = resolve(import.meta.dirname, "../../datasets/tool_use_v0");
const text = readFileSync(resolve(folder, "data.jsonl"), "utf8");
const card = readFileSync(resolve(folder, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(resolve(folder, "manifest.json"), "utf8")) as Record<string, unknown>;
const samples = parseDataset(text, "data.jsonl");
const of = (...wanted: Partial<Sample>[]) =>
  samples.filter((sample) => wanted.some((w) => Object.entries(w).every(([k, v]) => sample[k as keyof Sample] === v)));

/** The command in the card. */
const [, count, seed] = /--num-samples (\d+) --seed (\d+)/.exec(card) ?? [];

describe("the file", () => {
  it("is the one that manifest and card describe", async () => {
    const digest = await sha256(text);
    expect(manifest).toMatchObject({ name: "tool_use_v0", sha256: digest, samples: samples.length });
    expect(card).toContain(digest);
    expect(card).toContain(`${samples.length} samples`);
    expect(samples).toHaveLength(Number(count));
    expect(toJsonl(samples)).toBe(text);
  });

  it("is balanced over categories and difficulties, in every split", () => {
    for (const [split, n] of [
      ["train", 15],
      ["validation", 5],
      ["test", 10],
    ] as const)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES) expect(of({ split, category, difficulty })).toHaveLength(n);
  });

  it("says the same counts in the card", () => {
    for (const category of CATEGORIES) {
      const counts = SPLITS.map((split) => of({ category, split }).length);
      expect(card).toContain(`| \`${category}\` | ${counts.join(" | ")} | ${of({ category }).length} |`);
    }
    for (const optimal_tool of ["none", "code_executor", "symbolic_math"]) {
      const counts = SPLITS.map((split) => of({ optimal_tool, split }).length);
      expect(card).toContain(`| \`${optimal_tool}\` | ${counts.join(" | ")} | ${of({ optimal_tool }).length} |`);
    }
  });

  it("has no template in two splits, and no question twice", () => {
    const splits = new Map<string, Set<string>>();
    for (const { template = "", split = "" } of samples) {
      splits.set(template, (splits.get(template) ?? new Set()).add(split));
    }
    expect([...splits].filter(([, set]) => set.size > 1)).toEqual([]);
    expect(splits.has("")).toBe(false);
    const questions = samples.map(({ prompt }) => withoutOpener(prompt));
    expect(new Set(questions).size).toBe(samples.length);
  });

  it("gives both kinds of openers evenly, whatever the label", () => {
    for (const split of SPLITS)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES) {
          const group = of({ split, category, difficulty });
          const call = group.filter(({ prompt }) => CALL_OPENERS.some((opener) => prompt.startsWith(`${opener} `)));
          expect(Math.abs(2 * call.length - group.length)).toBeLessThanOrEqual(1);
        }
  });

  it("asks briefly, and never shows the answer of what needs a tool", () => {
    for (const { prompt } of samples) expect(prompt.split(/\s+/).length).toBeLessThanOrEqual(80);
    for (const { prompt, gold_answer = "" } of of({ category: "execution_required" })) {
      expect(prompt.split(/[^\w-]+/), prompt).not.toContain(gold_answer);
      expect(prompt.replaceAll(" ", ""), prompt).not.toMatch(formula(gold_answer));
    }
  });

  it("labels by category, and the borderline ones by their steps", () => {
    for (const sample of samples) {
      const { category, optimal_tool, alternative_tools, reasoning, gold_calls } = sample;
      expect(alternative_tools).not.toContain(optimal_tool);
      if (category === "pure_reasoning") expect(optimal_tool).toBe("none");
      if (category === "execution_required" || category === "multi_step") expect(optimal_tool).not.toBe("none");
      if (category === "ambiguous") {
        const steps = Number(/(\d+) steps/.exec(reasoning)?.[1]);
        expect(optimal_tool === "none").toBe(steps <= 6);
        expect(alternative_tools.includes("none")).toBe(optimal_tool !== "none");
      }
      expect(gold_calls?.length ?? 0).toBe(optimal_tool === "none" ? 0 : category === "multi_step" ? 2 : 1);
      if (gold_calls) expect(gold_calls[0]?.name).toBe(optimal_tool);
    }
  });
});

describe("keywords", () => {
  const withKeywords = samples.filter(({ check }) => check?.kind === "keywords");

  it("are not won by stuffing, by denying, or by giving up", async () => {
    expect(withKeywords.length).toBeGreaterThan(20);
    const everything = withKeywords.flatMap(({ check }) => [...(check?.all ?? []), ...(check?.any ?? [])]).join(" ");
    for (const sample of withKeywords) {
      const wrong = [...(sample.check?.none ?? []), sample.gold_answer].join(" ");
      expect((await gradeAnswer(sample, everything)).correct, sample.id).toBe(false);
      if (sample.category === "pure_reasoning") {
        expect((await gradeAnswer(sample, wrong)).correct, sample.id).toBe(false);
        expect((await gradeAnswer(sample, `It is not ${sample.gold_answer}.`)).correct, sample.id).toBe(false);
      }
    }
  });

  it("accept the answer in a sentence", async () => {
    for (const sample of withKeywords) {
      for (const form of ["It is a ANSWER.", "The answer is ANSWER.", "**ANSWER**"]) {
        const answer = form.replace("ANSWER", sample.gold_answer ?? "");
        expect((await gradeAnswer(sample, answer)).correct, `${sample.id}: ${answer}`).toBe(true);
      }
    }
  });
});

it("I don't know is never right", async () => {
  for (const sample of samples) expect((await gradeAnswer(sample, "I don't know")).correct, sample.id).toBe(false);
});

describe("with Python", () => {
  let python: LocalPython;
  let call: (call: ToolCall) => Promise<ToolOutcome>;
  beforeAll(async () => {
    python = await startPython();
    const tools = createDefaultTools(python);
    // Calls come again and again below: what was printed once is kept.
    const known = new Map<string, Promise<ToolOutcome>>();
    call = (asked) => {
      const key = JSON.stringify(asked);
      const outcome = known.get(key) ?? tools.call(asked);
      known.set(key, outcome);
      return outcome;
    };
  }, STARTING);
  afterAll(() => python.close());
  beforeEach(({ skip }) => skip(python.sympy === null, NO_SYMPY));

  it("the gold calls and the gold program print the answer", { timeout: 300_000 }, async () => {
    for (const { id, gold_calls = [], gold_program, gold_answer, ground_truth_output } of samples) {
      expect(gold_answer, id).toBe(ground_truth_output);
      const runs = gold_calls.map((gold) => call(gold));
      if (gold_program) runs.push(call({ name: "code_executor", arguments: { code: gold_program } }));
      const outcomes = await Promise.all(runs);
      expect(outcomes.every(({ success }) => success)).toBe(true);
      if (gold_calls.length > 0) expect(outcomes[gold_calls.length - 1]?.output.trimEnd(), id).toBe(gold_answer);
      if (gold_program) expect(outcomes.at(-1)?.output.trimEnd(), id).toBe(gold_answer);
      // What has no program is a fact.
      if (!gold_program) expect(id).toMatch(/^fact-/);
    }
  });

  it("arithmetic has the same answer in the other tool, where it is named", { timeout: 300_000 }, async () => {
    const both = samples.filter(
      ({ alternative_tools, category, gold_program = "" }) =>
        alternative_tools.includes("symbolic_math") && category !== "multi_step" && !gold_program.includes("sympy"),
    );
    expect(both.length).toBeGreaterThan(20);
    for (const { id, gold_program = "", gold_answer } of both) {
      const expression = /print\((?:math\.)?(.*)\)$/.exec(gold_program)?.[1] ?? "";
      const outcome = await call({ name: "symbolic_math", arguments: { operation: "evaluate", expression } });
      expect(outcome.output.trimEnd(), id).toBe(gold_answer);
    }
  });

  it("the command in the card makes these bytes", { timeout: 300_000 }, async () => {
    const generator = new SampleGenerator({ seed: Number(seed), call, set: "tool_use_v0" });
    expect(toJsonl(await generator.generate({ numSamples: Number(count) }))).toBe(text);
  });

  const play = async (model: "oracle" | "never-tool" | "always-tool") => {
    const tools = {
      schemas: () => createDefaultTools(python).schemas(),
      call: (asked: ToolCall) => call(asked),
    };
    return await evaluate({
      config: configOf(model, { dataset: "tool_use_v0" }),
      dataset: { name: "tool_use_v0", version: "", sha256: "", samples },
      model: loadScripted(model, samples, 0),
      tools,
      grade: graderWith(tools),
    });
  };

  it("the oracle is right in everything", { timeout: 300_000 }, async () => {
    const { results, metrics } = await play("oracle");
    expect(results.filter(({ scores }) => !scores.correct).map((r) => [r.sample_id, r.scores.explanation])).toEqual([]);
    for (const name of ["tool_accuracy", "sequence_accuracy", "execution_efficiency"]) {
      expect(metrics[name]?.value, name).toBe(1);
    }
  });

  it("never calling is right exactly where no tool is wanted", { timeout: 300_000 }, async () => {
    const { results } = await play("never-tool");
    const byId = new Map(samples.map((sample) => [sample.id, sample]));
    for (const { sample_id, scores } of results) {
      const answers = byId.get(sample_id)?.optimal_tool === "none";
      expect([scores.correct, scores.tool_correct], sample_id).toEqual([answers, answers]);
    }
  });

  it("always calling is right wherever a program can compute the answer", { timeout: 300_000 }, async () => {
    const { results } = await play("always-tool");
    const byId = new Map(samples.map((sample) => [sample.id, sample]));
    for (const { sample_id, scores } of results) {
      const sample = byId.get(sample_id);
      expect(scores.correct, sample_id).toBe(sample?.gold_program !== undefined);
      expect(scores.tool_correct, sample_id).toBe(sample?.optimal_tool === "code_executor");
    }
  });
});

function withoutOpener(prompt: string): string {
  const opener = [...CALL_OPENERS, ...ANSWER_OPENERS].find((known) => prompt.startsWith(`${known} `));
  expect(opener, prompt).toBeDefined();
  return prompt.slice((opener ?? "").length);
}

/** A formula or a list as it would stand in a prompt; nothing for single words and numbers. */
function formula(answer: string): RegExp {
  const text = answer.replaceAll(" ", "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return /^-?\w+$/.test(answer) ? /(?!)/ : new RegExp(text);
}
