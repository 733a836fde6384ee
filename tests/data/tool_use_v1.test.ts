import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDataset, toJsonl } from "../../src/data/index.ts";
import { ANSWER_OPENERS, CALL_OPENERS } from "../../src/data/generator/phrasing.ts";
import { gradeAnswer } from "../../src/evaluation/index.ts";
import { CATEGORIES, DIFFICULTIES, sha256, SPLITS, type Sample } from "../../src/protocol/index.ts";

const folder = resolve(import.meta.dirname, "../../datasets/tool_use_v1");
const text = readFileSync(resolve(folder, "data.jsonl"), "utf8");
const card = readFileSync(resolve(folder, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(resolve(folder, "manifest.json"), "utf8")) as Record<string, unknown>;
const samples = parseDataset(text, "data.jsonl");
const of = (wanted: Partial<Sample>) =>
  samples.filter((sample) => Object.entries(wanted).every(([k, v]) => sample[k as keyof Sample] === v));

describe("the file", () => {
  it("is the one that manifest and card describe", async () => {
    const digest = await sha256(text);
    expect(manifest).toMatchObject({ name: "tool_use_v1", sha256: digest, samples: samples.length });
    expect(card).toContain(digest);
    expect(toJsonl(samples)).toBe(text);
  });

  it("is balanced over categories and difficulties, in every split", () => {
    const each = { train: 200, validation: 25, test: 50, test_tools: 25 };
    for (const split of SPLITS)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES)
          expect(of({ split, category, difficulty }), `${split} ${category} ${difficulty}`).toHaveLength(each[split]);
  });

  it("says the same counts in the card", () => {
    for (const optimal_tool of ["none", "code_executor", "symbolic_math", "file_ops", "web_search"]) {
      const counts = SPLITS.map((split) => of({ optimal_tool, split }).length);
      expect(card).toContain(`| \`${optimal_tool}\` | ${counts.join(" | ")} |`);
    }
    const kinds = (field: "template" | "topic", split: Sample["split"]) =>
      new Set(samples.filter((sample) => sample.split === split).map((sample) => sample[field])).size;
    for (const field of ["template", "topic"] as const)
      expect(card).toContain(`| ${field}s | ${SPLITS.map((split) => kinds(field, split!)).join(" | ")} |`);
  });

  it.each(["template", "topic"] as const)("has no %s in two splits", (field) => {
    const splits = new Map<string, Set<string>>();
    for (const sample of samples) {
      expect(sample[field], sample.id).toBeTruthy();
      splits.set(sample[field]!, (splits.get(sample[field]!) ?? new Set()).add(sample.split!));
    }
    expect([...splits].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it("asks no question in two splits, whatever the opener", () => {
    const asked = new Map<string, Set<string>>();
    for (const { prompt, split } of samples) {
      const opener = [...CALL_OPENERS, ...ANSWER_OPENERS].find((known) => prompt.startsWith(`${known} `));
      expect(opener, prompt).toBeDefined();
      const body = prompt.slice(opener!.length + 1);
      asked.set(body, (asked.get(body) ?? new Set()).add(split!));
    }
    expect([...asked].filter(([, splits]) => splits.size > 1)).toEqual([]);
  });

  it("gives both kinds of openers evenly, whatever the category and difficulty", () => {
    for (const split of SPLITS)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES) {
          const group = of({ split, category, difficulty });
          const call = group.filter(({ prompt }) => CALL_OPENERS.some((opener) => prompt.startsWith(`${opener} `)));
          expect(Math.abs(2 * call.length - group.length)).toBeLessThanOrEqual(1);
        }
  });

  it("lists unseen tools in the split test_tools only, the right one among them", () => {
    const shown = new Set(samples.flatMap(({ tools = [] }) => tools.map(({ name }) => name)));
    for (const { split, tools, optimal_tool, gold_calls = [], id } of samples) {
      expect(tools !== undefined, id).toBe(split === "test_tools");
      const names = tools?.map(({ name }) => name) ?? [];
      if (tools && optimal_tool !== "none") expect(names, id).toContain(optimal_tool);
      if (!tools) for (const { name } of gold_calls) expect(shown.has(name), id).toBe(false);
    }
  });

  it("labels by category, and the first gold call is the label", () => {
    for (const { id, category, optimal_tool, alternative_tools, gold_calls = [] } of samples) {
      expect(alternative_tools, id).not.toContain(optimal_tool);
      if (category === "pure_reasoning") expect(optimal_tool, id).toBe("none");
      if (category === "execution_required" || category === "multi_step") expect(optimal_tool, id).not.toBe("none");
      if (category === "ambiguous") {
        expect(alternative_tools.includes("none"), id).toBe(optimal_tool !== "none");
        expect(alternative_tools.length, id).toBeGreaterThan(0);
      }
      expect(gold_calls[0]?.name ?? "none", id).toBe(optimal_tool);
      if (category === "multi_step") expect(gold_calls.length, id).toBeGreaterThanOrEqual(2);
    }
  });
});

it("its difficulty is measured: hard questions take longer programs, more files or longer prompts than easy ones", () => {
  const size = ({ prompt, gold_program = "", files = {}, gold_calls = [] }: Sample) =>
    prompt.length + gold_program.length + Object.values(files).join("").length + JSON.stringify(gold_calls).length;
  const mean = (group: Sample[]) => group.reduce((sum, sample) => sum + size(sample), 0) / group.length;
  for (const category of CATEGORIES)
    expect(mean(of({ category, difficulty: "hard" })), category).toBeGreaterThan(
      mean(of({ category, difficulty: "easy" })),
    );
});

it("the gold answer passes its own check, and giving up does not where a tool is wanted", async () => {
  for (const sample of samples) {
    if (sample.check?.kind === "calls") continue;
    // Expressions are equal to themselves as text; SymPy is for others.
    expect((await gradeAnswer(sample, sample.gold_answer!)).correct, sample.id).toBe(true);
    if (sample.optimal_tool !== "none") {
      expect((await gradeAnswer(sample, "I don't know")).correct, sample.id).toBe(false);
    }
  }
});
