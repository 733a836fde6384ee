import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { inBrowser } from "../../src/cli/browser.ts";
import { exportData } from "../../src/cli/data/export.ts";
import { sha256 } from "../../src/protocol/index.ts";
import { coding, sampleOf } from "../data/training/doubles.ts";
import { captured, pageWith } from "./doubles.ts";

vi.mock(import("../../src/cli/browser.ts"), async (original) => ({ ...(await original()), inBrowser: vi.fn() }));

const LINES = [sampleOf(), coding({ id: "b", gold_answer: "four" }), sampleOf({ id: "c", split: "test" })]
  .map((sample) => `${JSON.stringify(sample)}\n`)
  .join("");
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "agentcoder-export-"));
  file = join(directory, "mine.jsonl");
  await writeFile(file, LINES);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(inBrowser).mockReset();
  vi.unstubAllGlobals();
  await rm(directory, { recursive: true });
});

describe("data export", () => {
  it("writes one file where the form has one, without a browser", async () => {
    const said = captured();
    const output = join(directory, "out", "copy.jsonl");
    expect(await exportData([file, "--format", "jsonl", "--output", output])).toBe(0);
    expect(await readFile(output, "utf8")).toBe(LINES);
    expect(said.out).toBe(`AgentCoder, JSON Lines: ${output}\n`);
    expect(inBrowser).not.toHaveBeenCalled();
  });

  it("writes bytes, and folders, and tells them as JSON", async () => {
    const said = captured();
    const parquet = join(directory, "copy.parquet");
    expect(await exportData([file, "--format", "parquet", "--output", parquet])).toBe(0);
    expect((await readFile(parquet)).subarray(0, 4).toString()).toBe("PAR1");
    said.out = "";
    const folder = join(directory, "task");
    expect(await exportData([file, "--format", "inspect", "--output", folder, "--json"])).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(["grading.py", "samples.jsonl", "task.py"]);
    expect(JSON.parse(said.out)).toMatchObject({ format: "inspect", samples: 3, notes: [] });
  });

  it("takes a published dataset by its name", async () => {
    captured();
    const output = join(directory, "v0.jsonl");
    expect(await exportData(["tool_use_v0", "--format", "jsonl", "--split", "test", "--output", output])).toBe(0);
    expect((await readFile(output, "utf8")).trim().split("\n")).toHaveLength(120);
  });

  it("runs gold calls in the page where the form holds results", async () => {
    const said = captured();
    const asked: unknown[] = [];
    const callGold = async (...order: unknown[]) => (
      asked.push(order),
      { ok: [{ shown: "4", success: true, killed: null }] }
    );
    vi.mocked(inBrowser).mockImplementation(pageWith({ callGold }) as typeof inBrowser);
    const output = join(directory, "sft.jsonl");
    expect(await exportData([file, "--format", "trl-sft", "--output", output, "--seed", "5"])).toBe(0);
    expect(asked).toEqual([[{}, coding().gold_calls]]);
    const rows = (await readFile(output, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { sample_id: string; dataset_sha256: string; messages: unknown[] });
    expect(rows.map(({ sample_id }) => sample_id)).toEqual(["a", "b"]);
    expect(rows[0]!.dataset_sha256).toBe(await sha256(LINES));
    expect(rows[1]!.messages).toContainEqual({ role: "tool", name: "code_executor", content: "4" });
    expect(said.out).toContain(output);
  });

  it("says what was left out and whether length tells the label", async () => {
    const said = captured();
    const output = join(directory, "dpo.jsonl");
    await exportData(["tool_use_v0", "--format", "trl-dpo", "--output", output]);
    expect(said.err).toMatch(/Left out \d+: balance: /);
    expect(said.err).toMatch(/AUROC of length for being chosen: 0\.\d{3}\.\n$/);
  });

  it("never writes samples of a test as rows to train on", async () => {
    captured();
    const argv = [file, "--format", "trl-dpo", "--output", join(directory, "x"), "--split", "all"];
    await expect(exportData(argv)).rejects.toThrow(/sample "c": it is of split test, which judges models/);
    expect(await readdir(directory)).toEqual(["mine.jsonl"]);
  });

  it.each([
    [["--format", "csv", "--output", "x"], /A dataset, --format and --output are needed/],
    [
      ["FILE", "--format", "excel", "--output", "x"],
      /--format is "excel": known are jsonl, json, csv, parquet, trl-sft/,
    ],
    [["FILE", "--format", "csv", "--output", "x", "--runs", "a.json"], /--runs makes pairs/],
    [["FILE", "--format", "csv", "--output", "x", "--seed", "1.5"], /--seed is "1.5"/],
  ])("refuses %j as wrong usage", async (argv, sentence) => {
    await expect(exportData(argv.map((one) => (one === "FILE" ? file : one)))).rejects.toThrow(UsageError);
    await expect(exportData(argv.map((one) => (one === "FILE" ? file : one)))).rejects.toThrow(sentence);
  });

  it("says where there is no such dataset", async () => {
    await expect(exportData(["nowhere", "--format", "csv", "--output", "x"])).rejects.toThrow(/"nowhere"/);
  });
});
