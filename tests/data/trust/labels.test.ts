import { describe, expect, it } from "vitest";
import { checkOf, runOf, sampleOf } from "./samples.ts";
import { resultOf } from "../../evaluation/doubles.ts";

const call = (name: string) => ({ name, arguments: {} });
const tool = (name: string) => ({ name, description: "", parameters: { type: "object" } }) as const;

describe("labels", () => {
  it.each([
    [
      "first_gold_call",
      { gold_calls: [call("web_search")] },
      'labelled "code_executor", the first gold call is of "web_search"',
    ],
    [
      "none_with_calls",
      { optimal_tool: "none", gold_calls: [call("code_executor")] },
      "labelled none, with 1 gold call",
    ],
    [
      "none_with_calls",
      { optimal_tool: "none", check: { kind: "calls", calls: [call("code_executor")] } },
      "labelled none, with 1 gold call",
    ],
    ["label_is_listed", { tools: [tool("weather")] }, 'not listed: "code_executor"'],
    ["label_is_listed", { optimal_tool: "weather" }, 'not listed: "weather"'],
    ["category_and_label", { category: "pure_reasoning" }, 'pure_reasoning, labelled "code_executor"'],
    ["category_and_label", { category: "multi_step", optimal_tool: "none" }, 'multi_step, labelled "none"'],
  ] as const)("break the rule %s: %j", async (id, change, detail) => {
    const samples = [sampleOf("good"), sampleOf("bad", structuredClone(change) as never)];
    const { level, items } = await checkOf(id, samples);
    expect({ level, items }).toEqual({ level: "problem", items: [{ ids: ["bad"], detail }] });
  });

  it("keep the rules where everything agrees", async () => {
    const samples = [
      sampleOf("a", { gold_calls: [call("code_executor"), call("file_ops")], category: "multi_step" }),
      sampleOf("b", { optimal_tool: "weather", tools: [tool("weather")] }),
      sampleOf("c", { optimal_tool: "none", category: "pure_reasoning" }),
    ];
    for (const id of ["first_gold_call", "none_with_calls", "label_is_listed", "category_and_label"])
      expect((await checkOf(id, samples)).level).toBe("ok");
  });
});

describe("evidence of runs", () => {
  const samples = [sampleOf("tool"), sampleOf("hard"), sampleOf("none", { optimal_tool: "none" })];
  const without = (id: string, correct: boolean, arm: "forbidden" | "no_tools" = "forbidden") =>
    resultOf(id, { correct }, arm);

  it("contradicts a label only where every run does", async () => {
    const first = runOf(samples, [without("tool", true), without("hard", true), without("none", false)]);
    const second = runOf(samples, [without("tool", true, "no_tools"), without("hard", false)]);
    const options = { runs: [first, second] };
    const right = await checkOf("right_without_tool", samples, options);
    expect(right.items).toEqual([
      { ids: ["tool"], detail: 'labelled "code_executor", right in all 2 results without a tool' },
    ]);
    const wrong = await checkOf("wrong_without_tool", samples, options);
    expect(wrong.items).toEqual([{ ids: ["none"], detail: 'labelled "none", wrong in all 1 result without a tool' }]);
    expect([right.level, wrong.level]).toEqual(["notice", "notice"]);
  });

  it("is not of the free arm, nor of a model that failed", async () => {
    const failed = without("none", false);
    failed.transcript.push({ type: "error", step: 0, kind: "context_overflow", message: "too long" });
    const options = { runs: [runOf(samples, [resultOf("tool", { correct: true }), failed])] };
    for (const id of ["right_without_tool", "wrong_without_tool"])
      expect((await checkOf(id, samples, options)).summary).toMatch(/^Not compared/);
  });

  it("finds the samples that models disagree on, the most divided first", async () => {
    const decided = (id: string, ...choices: string[]) => choices.map((decision) => resultOf(id, { decision }));
    const options = {
      runs: [
        runOf(samples, decided("tool", "none", "code_executor", "none", "none")),
        runOf(samples, [
          ...decided("hard", "none", "web_search"),
          ...decided("none", "none", "malformed", "error", "none"),
        ]),
        runOf(samples, decided("stranger", "none")),
      ],
    };
    const { items, summary } = await checkOf("disagreement", samples, options);
    expect(items).toEqual([
      { ids: ["hard"], detail: 'none 1, web_search 1 (1.00 bits); labelled "code_executor"' },
      { ids: ["tool"], detail: 'none 3, code_executor 1 (0.81 bits); labelled "code_executor"' },
    ]);
    expect(summary).toContain("2 of 3 samples");
    expect(summary).toContain("1 result are of samples that are not here.");
  });
});
