import { describe, expect, it } from "vitest";
import type { TranscriptEvent } from "../../src/protocol/index.ts";
import { CALL_OPEN, loadScripted, renderCall } from "../../src/models/index.ts";
import { generateWithTools } from "../../src/agent/index.ts";
import { SAMPLES } from "../models/samples.ts";
import { failed, modelThatSays, succeeded, toolsThatReturn } from "./doubles.ts";

const call = renderCall({ name: "code_executor", arguments: { code: "print(2 + 3)" } });
const kinds = (events: TranscriptEvent[]) =>
  events.map((e) => (e.type === "decision" ? `decision ${e.choice}` : e.type));

describe("generateWithTools", () => {
  it("decides, calls, tells the result, answers", async () => {
    const { model, asked } = modelThatSays([{ text: call, stopReason: "tool_call" }, "The result is 5."]);
    const seen: TranscriptEvent[] = [];
    const { tools, calls } = toolsThatReturn([succeeded("5\n")]);
    const result = await generateWithTools({ model, tools, prompt: "Hi, 2 + 3?", onEvent: (e) => seen.push(e) });
    expect(result).toMatchObject({ toolUsed: "code_executor", output: "The result is 5.", reasoning: "" });
    expect(kinds(result.transcript)).toEqual([
      "model",
      "decision code_executor",
      "tool_call",
      "tool_result",
      "model",
      "decision none",
      "answer",
    ]);
    expect(seen).toEqual(result.transcript);
    expect(calls).toEqual([{ name: "code_executor", arguments: { code: "print(2 + 3)" } }]);
    expect(asked[1]!.messages).toEqual([
      { role: "user", content: "Hi, 2 + 3?" },
      { role: "assistant", content: call },
      { role: "tool", content: "5" },
    ]);
    expect(result.timing).toEqual({ totalMs: 16, firstTokenMs: 3 });
    expect(result.usage).toEqual({ promptTokens: 20, completionTokens: 10 });
  });

  it("keeps what a live search found beside the result, where there is such a record", async () => {
    const record = { provider: "live", query: "q", hits: [{ title: "t", text: "x" }] };
    const { model } = modelThatSays([call, call, "done"]);
    const { tools } = toolsThatReturn([{ ...succeeded("[1] t: x"), record }, succeeded("5")]);
    const { transcript } = await generateWithTools({ model, tools, prompt: "p" });
    const [searched, other] = transcript.filter((event) => event.type === "tool_result");
    expect(searched).toMatchObject({ output: "[1] t: x", record });
    expect(other).not.toHaveProperty("record");
  });

  it("marks a call after text as late, keeps the text as reasoning, and runs only the first call", async () => {
    const { model, asked } = modelThatSays([`Let me see. ${call}${call}`, "5"]);
    const { tools, calls } = toolsThatReturn([succeeded("5")]);
    const result = await generateWithTools({ model, tools, prompt: "p" });
    expect(result.transcript[1]).toMatchObject({ choice: "code_executor", late: true });
    expect(result.reasoning).toBe("Let me see.");
    expect(calls).toHaveLength(1);
    expect(asked[1]!.messages[1]!.content).toBe(`Let me see. ${call}`);
  });

  it("records a malformed attempt as one, and its raw text as the answer", async () => {
    const { model } = modelThatSays(["<tool_call>{oops"]);
    const result = await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p" });
    expect(kinds(result.transcript)).toEqual(["model", "decision malformed", "error", "answer"]);
    expect(result).toMatchObject({ toolUsed: "none", output: "<tool_call>{oops" });
  });

  it("feeds failures back to the model: unknown tools, invalid arguments, tracebacks", async () => {
    const unknown = renderCall({ name: "teleport", arguments: {} });
    const { model, asked } = modelThatSays([unknown, call, call, "I give up."]);
    const { tools } = toolsThatReturn([
      failed("InvalidArguments", "code: is missing", { kind: "invalid_arguments" }),
      failed("ZeroDivisionError", 'File "<program>", line 1\ndivision by zero'),
    ]);
    const result = await generateWithTools({ model, tools, prompt: "p" });
    expect(
      asked
        .at(-1)!
        .messages.filter((m) => m.role === "tool")
        .map((m) => m.content),
    ).toEqual([
      'error: UnknownTool: there is no tool "teleport"; the listed ones are code_executor, symbolic_math',
      "error: InvalidArguments: code: is missing",
      "error: ZeroDivisionError: division by zero",
    ]);
    const errors = result.transcript.filter((event) => event.type === "error").map((event) => event.kind);
    expect(errors).toEqual(["unknown_tool", "invalid_arguments"]);
    expect(result.toolUsed).toBe("teleport");
  });

  it("does not run a tool that is registered but not listed", async () => {
    const { model } = modelThatSays([call, "x"]);
    const { tools, calls } = toolsThatReturn([]);
    await generateWithTools({ model, tools, toolNames: ["symbolic_math"], prompt: "p" });
    expect(calls).toEqual([]);
  });

  it("shows at most 2,000 characters of a result, and says when there is none", async () => {
    const { model, asked } = modelThatSays([call, call, "x"]);
    const { tools } = toolsThatReturn([succeeded("é".repeat(5000)), succeeded("  \n")]);
    await generateWithTools({ model, tools, prompt: "p" });
    const shown = asked[2]!.messages.filter((m) => m.role === "tool").map((m) => m.content);
    expect(shown).toEqual([`${"é".repeat(2000)}…`, "(no output)"]);
  });

  it("stops after maxSteps turns with an error and no answer", async () => {
    const { model, asked } = modelThatSays([call, call, call]);
    const result = await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p", maxSteps: 2 });
    expect(asked).toHaveLength(2);
    expect(result.transcript.at(-1)).toMatchObject({ type: "error", kind: "step_limit", step: 1 });
    expect(result.output).toBe("");
  });

  it.each([
    ["forced", [{ prefill: CALL_OPEN }, {}]],
    ["forbidden", [{ banned: [CALL_OPEN] }, { banned: [CALL_OPEN] }]],
    ["free", [{}, {}]],
  ] as const)("arm %s changes the request", async (arm, expected) => {
    const { model, asked } = modelThatSays([call, "5"]);
    await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p", arm });
    expect(asked.map(({ prefill, banned }) => ({ ...(prefill && { prefill }), ...(banned && { banned }) }))).toEqual(
      expected,
    );
    expect(asked.every((request) => request.tools.length === 2)).toBe(true);
  });

  it("arm no_tools lists none", async () => {
    const { model, asked } = modelThatSays(["x"]);
    await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p", arm: "no_tools" });
    expect(asked[0]!.tools).toEqual([]);
  });

  it("refuses an arm that the model cannot do", async () => {
    const { model } = modelThatSays([]);
    const lesser = { ...model, capabilities: { ...model.capabilities, ban: false } };
    const run = generateWithTools({ model: lesser, tools: toolsThatReturn([]).tools, prompt: "p", arm: "forbidden" });
    await expect(run).rejects.toThrow(/arm "forbidden" is beyond/);
  });

  it.each([
    ["context_overflow", "context_overflow"],
    ["cancelled", "cancelled"],
  ] as const)("ends without an answer on %s", async (stopReason, kind) => {
    const { model } = modelThatSays([{ text: "par", stopReason }]);
    const result = await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p" });
    expect(result.output).toBe("");
    expect(result.transcript.at(-1)).toMatchObject({ type: "error", kind });
  });

  it("uses another seed in each turn, the same in each run", async () => {
    const seeds = async () => {
      const { model, asked } = modelThatSays([call, call, "x"]);
      await generateWithTools({ model, tools: toolsThatReturn([]).tools, prompt: "p", seed: 3 });
      return asked.map((request) => request.seed);
    };
    const first = await seeds();
    expect(new Set(first).size).toBe(3);
    expect(await seeds()).toEqual(first);
  });

  it("plays the oracle's script through the same parser", async () => {
    const model = loadScripted("oracle", SAMPLES, 0);
    const { tools, calls } = toolsThatReturn([succeeded("408"), succeeded("12")]);
    const result = await generateWithTools({ model, tools, prompt: "question chain" });
    expect(calls).toEqual(SAMPLES[2]!.gold_calls);
    expect(result.output).toBe("12");
  });
});
