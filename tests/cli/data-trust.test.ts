import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { contamination } from "../../src/cli/data/contamination.ts";
import { stats } from "../../src/cli/data/stats.ts";
import { toJsonl } from "../../src/data/index.ts";
import type { Sample } from "../../src/protocol/index.ts";
import type { TrustReport } from "../../src/data/trust/index.ts";
import { runOf, sampleOf } from "../data/trust/samples.ts";
import { resultOf } from "../evaluation/doubles.ts";
import { captured } from "./doubles.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "agentcoder-trust-"))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

async function fileOf(name: string, content: string | Sample[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof content === "string" ? content : toJsonl(content));
  return path;
}

describe("data stats", () => {
  it("counts the published dataset and prints its checks", async () => {
    const said = captured();
    expect(await stats(["tool_use_v0"])).toBe(0);
    expect(said.out).toMatch(/^tool_use_v0: 360 samples\n {2}train +180 samples, 32 templates/);
    expect(said.out).toMatch(/test +pure_reasoning +none +10 +10 +10\n/);
    expect(said.out).toContain("ok      Exact duplicates:");
  });

  it("tells the report as one JSON object, with the labels that runs contradict", async () => {
    const samples = [sampleOf("a"), sampleOf("b", { prompt: "What  is A?" })];
    const run = runOf(samples, [resultOf("a", { correct: true }, "forbidden")]);
    const runs = await fileOf("run.json", JSON.stringify(run));
    const said = captured();
    expect(await stats([await fileOf("d.jsonl", samples), "--runs", `${runs},${runs}`, "--json"])).toBe(0);
    const { level, checks } = JSON.parse(said.out) as TrustReport;
    const found = Object.fromEntries(checks.map(({ id, items }) => [id, items.map(({ ids }) => ids)]));
    expect({ level, exact: found["exact_duplicates"], right: found["right_without_tool"] }).toEqual({
      level: "problem",
      exact: [["a", "b"]],
      right: [["a"]],
    });
  });

  it("prints nothing that a terminal would obey", async () => {
    const prompt = "Now,\u001b[2J\u202e what?";
    const said = captured();
    await stats([await fileOf("d.jsonl", [sampleOf("a\u001b[1m", { prompt }), sampleOf("b", { prompt })])]);
    expect(said.out).toContain("PROBLEM Exact duplicates");
    expect(said.out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    [[], UsageError, /needs a file or a published/],
    [["tool_use_v0", "--threshold", "0"], UsageError, /--threshold is "0"/],
    [["nothing_here"], Error, /neither a file nor a published dataset "nothing_here"/],
  ])("refuses %j", async (argv, kind, sentence) => {
    await expect(stats(argv)).rejects.toThrow(kind);
    await expect(stats(argv)).rejects.toThrow(sentence);
  });

  it("names a run that is none, or of other samples", async () => {
    captured();
    const bad = await fileOf("bad.json", "{}");
    await expect(stats(["tool_use_v0", "--runs", bad])).rejects.toThrow(/bad\.json: This file is not a run/);
    const other = await fileOf("other.json", JSON.stringify(runOf([], [resultOf("stranger")])));
    await expect(stats(["tool_use_v0", "--runs", other])).rejects.toThrow(
      /other\.json: this run has no result of these/,
    );
  });
});

describe("data contamination", () => {
  it("finds the published dataset clean", async () => {
    const said = captured();
    expect(await contamination(["--train", "tool_use_v0", "--test", "tool_use_v0"])).toBe(0);
    expect(said.out).toMatch(/^120 test samples of tool_use_v0 against 240 training samples/);
    expect(said.out).toMatch(/\nClean\.\n$/);
  });

  it("exits with 1 where the test was seen", async () => {
    const train = await fileOf("train.jsonl", [sampleOf("a", { prompt: "What is it?" })]);
    const test = await fileOf("test.jsonl", [sampleOf("b", { prompt: "what IS it?" }), sampleOf("c")]);
    const said = captured();
    expect(await contamination(["--train", train, "--test", test, "--n", "13", "--json"])).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ contaminated: true, n: 13, train: 1, test: 2 });
    said.out = "";
    expect(await contamination(["--train", train, "--test", test])).toBe(1);
    expect(said.out).toMatch(/PROBLEM Test prompts seen in training: 1 of 2/);
  });

  it.each([
    [["--train", "tool_use_v0"], /--train and --test are needed/],
    [["--train", "tool_use_v0", "--test", "tool_use_v0", "--n", "0"], /--n is "0"/],
  ])("refuses %j as wrong usage", async (argv, sentence) => {
    await expect(contamination(argv)).rejects.toThrow(UsageError);
    await expect(contamination(argv)).rejects.toThrow(sentence);
  });

  it("has help, as stats has", async () => {
    const said = captured();
    expect([await contamination(["--help"]), await stats(["--help"])]).toEqual([0, 0]);
    expect(said.out).toMatch(/Usage: agentcoder data contamination[^]*Usage: agentcoder data stats/);
  });
});
