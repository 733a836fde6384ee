import { describe, expect, it } from "vitest";
import { evaluate, goldCalls } from "../../src/evaluation/index.ts";
import { loadScripted } from "../../src/models/index.ts";
import type { Run, Sample, SampleTool } from "../../src/protocol/index.ts";
import { createDefaultTools } from "../../src/tools/index.ts";
import { configOf } from "./doubles.ts";

const programs: string[] = [];
/** A runner of Python that notes what it runs. */
const python = {
  execute: async (code: string) => {
    programs.push(code);
    const output = "42\n";
    return {
      success: true,
      value: null,
      stdout: output,
      stderr: "",
      output,
      error: null,
      killed: null,
      files: {},
      execution_time: 0,
    };
  },
};

const tool = (name: string, body?: string): SampleTool => ({
  name,
  description: "A tool of the sample.",
  parameters: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
  ...(body !== undefined && { body }),
});

const sampleWith = (tools: SampleTool[], more: Partial<Sample> = {}): Sample => ({
  id: "s",
  prompt: "Okay, double 21.",
  optimal_tool: tools[0]!.name,
  reasoning: "",
  difficulty: "easy",
  category: "execution_required",
  ground_truth_output: "42",
  alternative_tools: [],
  gold_calls: [{ name: tools[0]!.name, arguments: { n: 21 } }],
  check: { kind: "numeric" },
  tools,
  ...more,
});

function play(sample: Sample, faults?: string): Promise<Run> {
  return evaluate({
    config: configOf("oracle", { ...(faults && { faults }) }),
    dataset: { name: "d", version: "", sha256: "", samples: [sample] },
    model: loadScripted("oracle", [sample], 0),
    tools: createDefaultTools(python),
  });
}

describe("a sample's own tools", () => {
  it("are listed in place of the run's, and their bodies run as Python with the call's arguments", async () => {
    programs.length = 0;
    const { results } = await play(sampleWith([tool("math.double", "print(2 * n)"), tool("other")]));
    const [result] = results;
    expect(result?.scores).toMatchObject({
      correct: true,
      tool_correct: true,
      decision: "math.double",
      failed_calls: 0,
    });
    expect(programs).toHaveLength(1);
    expect(programs[0]).toContain("print(2 * n)");
  });

  it("without a body only record the call, which is what can be judged", async () => {
    programs.length = 0;
    const check = { kind: "calls" as const, calls: [{ name: "double", arguments: { n: [21] } }] };
    const { results } = await play(sampleWith([tool("double")], { check }));
    expect(results[0]?.scores).toMatchObject({ correct: true, explanation: "the calls are those wanted" });
    expect(results[0]?.transcript.find(({ type }) => type === "tool_result")).toMatchObject({
      success: true,
      output: "The call was recorded; this tool has no program.",
    });
    expect(programs).toEqual([]);
  });

  it("the run's tools are not there: a call to one is an error that is counted", async () => {
    const gold_calls = [{ name: "code_executor", arguments: { code: "print(42)" } }];
    const { results } = await play(sampleWith([tool("double")], { gold_calls }));
    expect(results[0]?.scores).toMatchObject({ failed_calls: 1, decision: "code_executor", tool_correct: false });
  });

  it("tell apart two samples with the same question", async () => {
    const samples = ["double", "triple"].map((name) => sampleWith([tool(name, "print(42)")], { id: name }));
    const { results } = await evaluate({
      config: configOf("oracle"),
      dataset: { name: "d", version: "", sha256: "", samples },
      model: loadScripted("oracle", samples, 0),
      tools: createDefaultTools(python),
    });
    expect(results.map(({ scores }) => scores.decision)).toEqual(["double", "triple"]);
  });

  it("get a fault once, not once more inside", async () => {
    programs.length = 0;
    await play(sampleWith([tool("double", "print(2 * n)")]), "error=1");
    expect(programs).toEqual([]);
  });
});

describe("gold calls", () => {
  it("share a workspace within a question, and never between two", async () => {
    const { open } = goldCalls(createDefaultTools(python));
    const read = { name: "file_ops", arguments: { operation: "read", path: "a.txt" } };
    const call = open({ files: { "a.txt": "one" } });
    expect((await call(read)).output).toBe("one");
    await call({ name: "file_ops", arguments: { operation: "append", path: "a.txt", content: "two" } });
    expect((await call(read)).output).toContain("two");
    expect((await open({ files: { "a.txt": "one" } })(read)).output).toBe("one");
    expect((await open({})(read)).success).toBe(false);
  });

  it("end when they are cancelled", async () => {
    const { call } = goldCalls(createDefaultTools(python), AbortSignal.abort());
    expect(() => call({ name: "code_executor", arguments: { code: "1" } })).toThrow("Cancelled");
  });
});
