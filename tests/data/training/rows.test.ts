import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeTrainingRows, METHODS } from "../../../src/data/training/index.ts";
import { renderCall } from "../../../src/models/index.ts";
import { UserError, type Sample } from "../../../src/protocol/index.ts";
import { coding, echo, optionsOf, published, sampleOf, TOOLS } from "./doubles.ts";

const made = (method: (typeof METHODS)[number], seed = 1) =>
  makeTrainingRows({ dataset: published, method, seed, tools: TOOLS, run: echo, renderCall });

describe.each(METHODS)("%s", (method) => {
  it("same seed, same bytes; another seed, others", async () => {
    const [first, again, other] = [await made(method), await made(method), await made(method, 2)];
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(first));
  });

  it("every row leads back to a training sample, whose question and tools it has", async () => {
    const train = new Map(published.samples.filter(({ split }) => split === "train").map((s) => [s.id, s]));
    const { rows } = await made(method);
    for (const row of rows) {
      const sample = train.get(row.sample_id);
      expect(row.dataset_sha256).toBe(published.sha256);
      expect(("messages" in row ? row.messages : row.prompt)[0]).toEqual({ role: "user", content: sample?.prompt });
      const names = row.tools.map((tool) => tool.function.name);
      expect(names.length).toBeGreaterThanOrEqual(1);
      expect(new Set(names).size).toBe(names.length);
      for (const { name } of sample?.gold_calls ?? []) expect(names).toContain(name);
    }
  });

  it("refuses samples of a test in one sentence", async () => {
    const samples = [sampleOf(), sampleOf({ id: "b", split: "test" }), sampleOf({ id: "c", split: "test_tools" })];
    for (const split of ["test", "test_tools", "all"] as const) {
      const refused = makeTrainingRows({ ...optionsOf(samples), method, split, run: echo });
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow(
        /^mine, sample "[bc]": it is of split test(_tools)?, which judges models and must not train them\./,
      );
    }
  });

  it("refuses a dataset without training samples, and names the way out", async () => {
    const unsplit = sampleOf();
    delete unsplit.split;
    await expect(makeTrainingRows({ ...optionsOf([unsplit]), method })).rejects.toThrow(
      "mine: no sample is of split train: choose split all where the dataset is not split.",
    );
  });
});

describe("the tools of a row", () => {
  const many = Array.from({ length: 9 }, (_, i) => ({
    name: `tool_${i}`,
    description: "Does something.",
    parameters: { type: "object" as const, properties: { text: { type: "string" as const } } },
  }));

  it("1 to 6 of those available, drawn by the sample and the seed alone", async () => {
    const samples = Array.from({ length: 60 }, (_, i) => sampleOf({ id: `s${i}` }));
    const rowsOf = async (of: Sample[]) =>
      (await makeTrainingRows({ ...optionsOf(of, { tools: many }), method: "sft" })).rows;
    const rows = await rowsOf(samples);
    const counts = new Set(rows.map(({ tools }) => tools.length));
    expect([...counts].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(rows.map(({ tools }) => tools[0]?.function.name)).size).toBe(9);
    expect((await rowsOf([samples[7]!]))[0]).toEqual(rows[7]);
  });

  it("a sample's own tools stand in place of the others, without their programs", async () => {
    const own = many.slice(0, 2).map((tool) => ({ ...tool, body: "print(1)" }));
    const wanted = { name: "tool_1", arguments: { text: "x" } };
    const sample = coding({ optimal_tool: "tool_1", gold_calls: [wanted], tools: own });
    const { rows } = await makeTrainingRows({ ...optionsOf([sample]), method: "sft", run: echo });
    expect(rows[0]?.tools.map((tool) => tool.function)).toContainEqual(many[1]);
    expect(JSON.stringify(rows[0]?.tools)).not.toContain("body");
  });

  it("a sample whose tool is not available is left out and counted", async () => {
    const samples = [
      coding({ id: "b", optimal_tool: "teleport", gold_calls: [{ name: "teleport", arguments: {} }] }),
      sampleOf(),
    ];
    const { rows, skipped } = await makeTrainingRows({ ...optionsOf(samples), method: "sft" });
    expect(rows.map(({ sample_id }) => sample_id)).toEqual(["a"]);
    expect(skipped).toEqual({ "a tool that the sample needs is not among the available ones": 1 });
  });
});

describe("conversations", () => {
  const sft = async (sample: Sample, run = echo) =>
    (await makeTrainingRows({ ...optionsOf([sample]), method: "sft", run })).rows[0]?.messages;

  it("question, each gold call with its result, answer", async () => {
    const second = { name: "symbolic_math", arguments: { operation: "expand", expression: "x" } };
    const sample = coding({ gold_calls: [...coding().gold_calls!, second], gold_answer: "four" });
    expect(await sft(sample)).toEqual([
      { role: "user", content: "What is 2 + 2?" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ type: "function", function: { name: "code_executor", arguments: { code: "print(2 + 2)" } } }],
      },
      { role: "tool", name: "code_executor", content: '<{"code":"print(2 + 2)"}>' },
      { role: "assistant", content: "", tool_calls: [{ type: "function", function: second }] },
      { role: "tool", name: "symbolic_math", content: '<{"operation":"expand","expression":"x"}>' },
      { role: "assistant", content: "four" },
    ]);
  });

  it("where calls alone are judged it ends with the call, which is not run", async () => {
    const run = () => Promise.reject(new Error("run"));
    const messages = await sft(coding({ check: { kind: "calls", calls: [] } }), run);
    expect(messages?.map(({ role }) => role)).toEqual(["user", "assistant"]);
  });

  it("a call may fail on the way, but not at the end; a killed one is the machine's fault", async () => {
    const twice = coding({ gold_calls: [...coding().gold_calls!, ...coding().gold_calls!] });
    const result = (success: boolean, killed: string | null = null) => ({
      shown: success ? "4" : "error: E: no",
      success,
      killed,
    });
    expect((await sft(twice, async () => [result(false), result(true)]))?.[2]?.content).toBe("error: E: no");
    await expect(sft(twice, async () => [result(true), result(false)])).rejects.toThrow(
      'mine, sample "a": its gold calls do not work (error: E: no): mend gold_calls.',
    );
    await expect(sft(twice, async () => [result(false, "cancelled")])).rejects.toThrow(
      "Cancelled: nothing was written.",
    );
    await expect(sft(twice, async () => [result(false, "timeout"), result(true)])).rejects.toThrow(
      'mine, sample "a": a gold call was stopped (timeout): close other programs and try again.',
    );
  });

  it("needs something that runs the calls", async () => {
    await expect(makeTrainingRows({ ...optionsOf([coding()]), method: "sft" })).rejects.toThrow(/nothing runs them/);
  });
});

describe("prompts", () => {
  it("have all that a reward is computed from", async () => {
    const sample = coding({ files: { a: "b" }, alternative_tools: ["symbolic_math"], check: { kind: "numeric" } });
    const { rows } = await makeTrainingRows({ ...optionsOf([sample]), method: "grpo", costs: { code_executor: 0.1 } });
    expect(rows[0]).toMatchObject({
      prompt: [{ role: "user", content: "What is 2 + 2?" }],
      check: { kind: "numeric" },
      gold_answer: "4",
      optimal_tool: "code_executor",
      alternative_tools: ["symbolic_math"],
      gold_calls: sample.gold_calls,
      costs: { code_executor: 0.1 },
      files: { a: "b" },
    });
  });

  it("are one for each training sample of the published dataset", async () => {
    expect((await made("ppo")).rows).toHaveLength(180);
  });
});

it("a seed is a whole number", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constant(NaN), fc.double({ min: 0.1, max: 0.9 })), async (seed) => {
      await expect(makeTrainingRows({ ...optionsOf([sampleOf()]), seed, method: "ppo" })).rejects.toThrow(UserError);
    }),
    { numRuns: 5 },
  );
});
