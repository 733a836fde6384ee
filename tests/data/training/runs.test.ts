import { describe, expect, it } from "vitest";
import { makeTrainingRows } from "../../../src/data/training/index.ts";
import { defaultConfig } from "../../../src/evaluation/index.ts";
import { renderCall } from "../../../src/models/index.ts";
import type { Arm, Run, SampleResult, ToolCall, Transcript } from "../../../src/protocol/index.ts";
import { optionsOf, sampleOf } from "./doubles.ts";

const call: ToolCall = { name: "code_executor", arguments: { code: "print(4)" } };

/** One result: the model calls, or answers with a text. */
function result(sample_id: string, arm: Arm, correct: boolean, said: ToolCall | string, before = ""): SampleResult {
  const text = before + (typeof said === "string" ? said : renderCall(said));
  const [timing, usage] = [
    { totalMs: 1, firstTokenMs: 1 },
    { promptTokens: 1, completionTokens: 1 },
  ];
  const transcript: Transcript = [
    { type: "model", step: 0, text, usage, timing, stopReason: "end", adapter: null },
    ...(typeof said === "string" ? [] : [{ type: "tool_call" as const, step: 0, call: said, raw: renderCall(said) }]),
    // A later turn is none of the pair's business.
    { type: "model", step: 1, text: "later", usage, timing, stopReason: "end", adapter: null },
  ];
  const scores = { correct } as SampleResult["scores"];
  return { sample_id, arm, repeat: 0, transcript, answer: "", scores, timing, usage };
}

const runOf = (results: SampleResult[], sha256 = "cd".repeat(32)): Run =>
  ({ id: "run-1", config: defaultConfig("nano"), dataset: { sha256 }, results }) as Run;

const samples = ["a", "b", "c", "d"].map((id) => sampleOf({ id }));
const pairsOf = (results: SampleResult[], more: object = {}) =>
  makeTrainingRows({ ...optionsOf(samples, more), method: "dpo", runs: [runOf(results)] });

describe("pairs from a run's arms", () => {
  it("what came out right is chosen over what came out wrong, as first turns, under the run's tools", async () => {
    const { rows } = await pairsOf([
      result("a", "free", false, "5"),
      result("a", "forced", true, call, "Let me see. "),
    ]);
    expect(rows).toMatchObject([
      {
        prompt: [{ role: "user", content: "What is 2 + 2?" }],
        chosen: [{ role: "assistant", content: "Let me see. ", tool_calls: [{ type: "function", function: call }] }],
        rejected: [{ role: "assistant", content: "5" }],
        contrast: "run",
        sample_id: "a",
      },
    ]);
    expect(rows[0]?.tools.map((tool) => tool.function.name)).toEqual(["code_executor", "symbolic_math"]);
  });

  it("ties, equal turns, other prompts and other splits are left out and counted", async () => {
    const { rows, skipped } = await pairsOf([
      result("a", "free", true, "4"),
      result("a", "forbidden", true, "four"),
      result("b", "free", false, "5"),
      result("b", "forced", false, call),
      result("c", "free", true, call),
      result("c", "forced", false, call),
      result("d", "free", true, "4"),
      result("d", "forbidden", false, "3"),
      result("d", "no_tools", false, "2"),
      result("of a test", "free", true, "4"),
      result("of a test", "forced", false, call),
    ]);
    expect(rows.map(({ sample_id, rejected }) => [sample_id, rejected[0]?.content])).toEqual([["d", "3"]]);
    expect(skipped).toEqual({
      "tie: all arms came out right": 1,
      "tie: all arms came out wrong": 1,
      "tie: both arms began with the same turn": 1,
      "results of a split that is not trained on": 2,
    });
  });

  it("repeats are apart", async () => {
    const second = { ...result("a", "free", false, "5"), repeat: 1 };
    const made = pairsOf([result("a", "free", true, "4"), second]);
    await expect(made).rejects.toThrow(
      /nothing is left to train on: tie: all arms came out right \(1\); .*wrong \(1\)/,
    );
  });

  it("refuses a run of other bytes, and one that lists an unknown tool", async () => {
    const run = runOf([result("a", "free", true, "4")], "00".repeat(32));
    await expect(makeTrainingRows({ ...optionsOf(samples), method: "dpo", runs: [run] })).rejects.toThrow(
      "The run run-1 is of other bytes than mine (sha256 000000000000… instead of cdcdcdcdcdcd…): give the dataset that it ran on.",
    );
    await expect(pairsOf([result("a", "free", true, "4")], { tools: [] })).rejects.toThrow(
      'The run run-1 lists the tool "code_executor", which is not among the available ones.',
    );
  });
});
