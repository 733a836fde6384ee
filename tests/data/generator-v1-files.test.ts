import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { python as program, type Draft, type Template } from "../../src/data/generator/template.ts";
import { FILE_TEMPLATES } from "../../src/data/generator/v1/files.ts";
import { FILE_WORK } from "../../src/data/generator/v1/file-work.ts";
import { RECOVERY } from "../../src/data/generator/v1/recovery.ts";
import { queryOf, searchFor, type Fact } from "../../src/data/generator/v1/search-builder.ts";
import { SEARCH } from "../../src/data/generator/v1/search.ts";
import facts from "../../src/data/search-facts.json";
import { gradeAnswer } from "../../src/evaluation/index.ts";
import { gradeCalls } from "../../src/evaluation/scorers/index.ts";
import { createRandom, type Sample, type ToolCall } from "../../src/protocol/index.ts";
import { createDefaultTools, Workspace, type ToolRegistry } from "../../src/tools/index.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "../tools/python.ts";

const TEMPLATES = [...FILE_TEMPLATES, ...FILE_WORK, ...RECOVERY, ...SEARCH];
const SAMPLES = 30;

let python: LocalPython;
let tools: ToolRegistry;
beforeAll(async () => {
  python = await startPython();
  tools = createDefaultTools(python);
}, STARTING);
afterAll(() => python.close());
beforeEach(() => {
  vi.stubGlobal("document", { baseURI: "http://localhost/" });
  vi.stubGlobal("fetch", async () => new Response(readFileSync("public/search/corpus.jsonl", "utf8")));
});

const drafts = (template: Template) =>
  template.difficulties.flatMap((difficulty) =>
    Array.from({ length: SAMPLES }, (_, i) => template.draw(createRandom(`${template.id}/${i}`), difficulty)),
  );

/** Runs the gold calls in a workspace of their own: what each prints, and which of them failed. */
async function play({ calls, files = {} }: Draft) {
  const workspace = new Workspace(files);
  const [made, outputs, failed] = [[] as ToolCall[], [] as string[], [] as number[]];
  for (const [i, next] of calls.entries()) {
    made.push(next(outputs.at(-1) ?? ""));
    const outcome = await tools.call(made[i]!, { workspace });
    if (!outcome.success) failed.push(i);
    outputs.push(outcome.success ? outcome.output.trimEnd() : `error: ${outcome.error?.type}`);
  }
  return { made, outputs, failed };
}

const tokens = (text: string) => ` ${(text.match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ")} `.toLowerCase();

/** Whether the last output is the answer, or shows it; a count and a yes or no are read off a list. */
function shows({ id }: Template, { answer, body }: { answer: string; body: string }, output: string): boolean {
  if (id === "list-count") return output.split("\n").length === Number(answer);
  if (id === "list-has")
    return (
      output.split("\n").some((path) => body.includes(` ${path.split("/")[1]!.split(" ")[0]!}`)) === (answer === "yes")
    );
  if (id === "list-largest") {
    const sizes = output.split("\n").map((row) => [Number(/\((\d+) bytes/.exec(row)![1]), row] as const);
    return sizes.sort(([a], [b]) => b - a)[0]![1].includes(`/${answer} `);
  }
  return output === answer || tokens(output).includes(tokens(answer));
}

const givesAway = (prompt: string, answer: string) =>
  /^-?\w+$/.test(answer)
    ? prompt.split(/[^\w-]+/).includes(answer)
    : prompt.replaceAll(" ", "").includes(answer.replaceAll(" ", ""));

describe.each(TEMPLATES)("$id", (template) => {
  it("its gold calls lead to the answer, which passes its own check", { timeout: 120_000 }, async ({ skip }) => {
    const all = drafts(template);
    const sympy = all.some(({ program }) => program?.includes("sympy"));
    skip(sympy && python.sympy === null, NO_SYMPY);
    const seen = new Map<string, string>();
    for (const draft of sympy ? all.filter((_, i) => i % 6 === 0) : all) {
      const { made, outputs, failed } = await play(draft);
      expect(failed, draft.body).toEqual([...(draft.mayFail ?? [])]);
      const ran =
        draft.program === undefined
          ? undefined
          : (await play({ ...draft, calls: [() => program(draft.program!)] })).outputs[0]!;
      const answer = draft.answer ?? ran!;
      if (ran !== undefined && draft.calls.length > 0) expect(outputs.at(-1), draft.body).toBe(ran);
      if (ran !== undefined && draft.answer !== undefined) expect(ran, draft.body).toBe(draft.answer);
      if (draft.calls.length > 0) {
        expect(
          shows(template, { answer, body: draft.body }, outputs.at(-1)!),
          `${draft.body}: ${answer}: ${outputs.at(-1)}`,
        ).toBe(true);
      }
      // What a model is shown of a result is cut after 2,000 characters.
      for (const output of outputs) expect(output.length).toBeLessThan(2000);
      const sample: Sample = {
        id: "one",
        prompt: draft.body,
        difficulty: "easy",
        category: template.category,
        ground_truth_output: answer,
        gold_answer: answer,
        optimal_tool: draft.optimal_tool,
        alternative_tools: draft.alternative_tools,
        reasoning: draft.reasoning,
        check: draft.check,
      };
      expect((await gradeAnswer(sample, answer)).explanation, draft.body).not.toBe("");
      expect((await gradeAnswer(sample, answer)).correct, `${draft.body}: ${answer}`).toBe(true);
      if (draft.check.kind === "calls") expect(gradeCalls(made, draft.check.calls).correct).toBe(true);
      if (template.category === "execution_required")
        expect(givesAway(draft.body, answer), `${draft.body}: ${answer}`).toBe(false);
      seen.set(draft.body, answer);
    }
    // Few questions are drawn twice in the same words.
    expect(seen.size).toBeGreaterThanOrEqual((sympy ? all.length / 6 : all.length) / 2);
  });

  it("asks in at least six ways, in words that fit, with the label of its calls", () => {
    const shapes = new Set<string>();
    for (const difficulty of template.difficulties) {
      for (let i = 0; i < 60; i++) {
        const { body, calls, optimal_tool, alternative_tools, reasoning } = template.draw(
          createRandom(`form/${i}`),
          difficulty,
        );
        shapes.add(body.replace(/"[^"]*"|\S*[.\d]\S+/g, "_"));
        expect(body).toMatch(/^\S.*\S$/);
        expect(body.split(/\s+/).length, body).toBeLessThanOrEqual(60);
        expect(body).not.toMatch(/undefined|NaN|\{|\}/);
        expect(calls[0]?.("").name ?? "none").toBe(optimal_tool);
        expect(alternative_tools).not.toContain(optimal_tool);
        expect(reasoning).not.toBe("");
        if (template.category === "multi_step") expect(calls.length).toBeGreaterThanOrEqual(2);
      }
    }
    expect(shapes.size).toBeGreaterThanOrEqual(6);
  });
});

describe("the facts", () => {
  const entries = new Map(
    readFileSync("public/search/corpus.jsonl", "utf8")
      .trimEnd()
      .split("\n")
      .map((row) => JSON.parse(row) as { id: string; title: string; text: string })
      .map(({ id, title, text }) => [id, { title, text }]),
  );

  it.each(facts as Fact[])("$entry: the search shows the entry, and that holds the answer", async (fact) => {
    const entry = entries.get(fact.entry)!;
    const { output } = await tools.call(searchFor(queryOf(fact)));
    expect(output).toContain(entry.text);
    expect(tokens(`${entry.title}: ${entry.text}`)).toContain(tokens(fact.answer));
    expect(givesAway(fact.noun, fact.answer) || givesAway(fact.question, fact.answer)).toBe(false);
  });
});

describe("the templates", () => {
  it("have ids of their own, and topics that are in one split each", () => {
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
    const splits = new Map<string, Set<string>>();
    for (const { topic, split } of TEMPLATES) splits.set(topic!, (splits.get(topic!) ?? new Set()).add(split));
    for (const [topic, found] of splits) expect([...found], topic).toHaveLength(1);
  });

  it("a failing first call is followed by others", () => {
    for (const template of RECOVERY)
      for (const { mayFail, calls } of drafts(template)) {
        expect(mayFail).toEqual([0]);
        expect(calls.length).toBeGreaterThanOrEqual(2);
      }
  });

  it("a school fact is searched for when its answer has more than four digits", () => {
    for (const template of SEARCH.filter(({ category }) => category === "ambiguous")) {
      const labels = drafts(template).map(({ answer, optimal_tool, alternative_tools }) => {
        const digits = answer!.replace(/\D/g, "").length;
        expect(optimal_tool).toBe(digits > 4 ? "web_search" : "none");
        expect(alternative_tools).toEqual([digits > 4 ? "none" : "web_search"]);
        return optimal_tool;
      });
      expect(new Set(labels).size, template.id).toBe(2);
    }
  });
});
