import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "@playwright/test";
import type { ExecResult, Sample } from "../../src/protocol/index.ts";
import { parseRun } from "../../src/store/index.ts";
import { agentcoder } from "../cli/child.ts";

// The program as a person runs it: it drives a browser of its own.
const test = base.extend<{ home: string }>({
  home: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), "agentcoder-cli-"));
    await use(home);
    await rm(home, { recursive: true });
  },
});

// Each command opens a browser and starts Python in it: seconds on a quiet machine, minutes on a busy one.
test.setTimeout(300_000);

test("exec runs Python in the sandbox: output, exit codes, rows in their order", async ({ home }) => {
  const run = (...argv: string[]) => agentcoder(["exec", ...argv], { AGENTCODER_HOME: home });
  const failed = await run("--code", "print('before'); 1 / 0");
  expect(failed).toMatchObject({ code: 1, out: "before\n" });
  expect(failed.err).toContain("ZeroDivisionError: division by zero\n");
  const rows = [
    { id: "a", code: "x = 5\nx + 1" },
    { id: "b", code: "while True: pass", timeout: 1 },
    { id: "c", code: "x" },
    { id: "d", code: "open('out.txt', 'w').write(open('in.txt').read() * 2)", files: { "in.txt": "ab" } },
  ];
  const file = join(home, "rows.jsonl");
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const { code, out } = await run("--jsonl", file);
  const results = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ExecResult);
  expect(code).toBe(0);
  expect(results.map(({ id, success, killed }) => [id, success, killed])).toEqual([
    ["a", true, null],
    ["b", false, "timeout"],
    ["c", false, null],
    ["d", true, null],
  ]);
  expect(results[0]?.value).toBe("6");
  expect(results[2]?.error?.type).toBe("NameError");
  expect(results[3]?.files["out.txt"]).toBe("abab");
});

test("what generate writes, baseline evaluates: the oracle is right about all of it", async ({ home }) => {
  const run = (...argv: string[]) => agentcoder(argv, { AGENTCODER_HOME: home });
  const [data, output] = [join(home, "mine.jsonl"), join(home, "run.json")];
  const made = await run("generate", "--num-samples", "8", "--seed", "3", "--output", data);
  expect(made.code, made.err).toBe(0);
  const samples = (await readFile(data, "utf8")).trim().split("\n");
  expect(new Set(samples.map((line) => (JSON.parse(line) as Sample).category)).size).toBe(4);

  const { code, err } = await run("baseline", "--model", "oracle", "--dataset", data, "--output", output);
  expect(code, err).toBe(0);
  const { config, metrics, digest, results } = parseRun(await readFile(output, "utf8"));
  expect(config).toMatchObject({ model: "oracle", dataset: "mine.jsonl", split: "all" });
  expect(results).toHaveLength(8);
  expect(metrics["correctness"]).toMatchObject({ value: 1, n: 8 });
  expect(metrics["tool_accuracy"]).toMatchObject({ value: 1, n: 8 });
  const [experiment = ""] = await readdir(join(home, "experiments/configs"));
  expect(JSON.parse(await readFile(join(home, "experiments/configs", experiment), "utf8"))).toMatchObject({
    config,
    expected: digest,
  });
});

test("baseline writes the plots of a published dataset", async ({ home }) => {
  const at = (name: string) => join(home, name);
  const argv = [
    "--model",
    "never-tool",
    "--dataset",
    "tool_use_v0",
    "--limit",
    "8",
    "--output",
    at("run.json"),
    "--json",
  ];
  const { code, out, err } = await agentcoder(["baseline", ...argv, "--plots", at("plots")], { AGENTCODER_HOME: home });
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ output: at("run.json"), status: "complete" });
  expect((await readdir(at("plots"))).sort()).toEqual(["accuracy_by_category.svg", "confusion.svg", "latency.svg"]);
});

test("an interrupted baseline keeps what was done, and leaves no browser behind", async ({ home }) => {
  const sample = {
    prompt: "Wait.",
    optimal_tool: "code_executor",
    reasoning: "It waits.",
    difficulty: "easy",
    category: "execution_required",
    ground_truth_output: "1",
    alternative_tools: [],
    gold_program: "import time\ntime.sleep(3)\nprint(1)",
  };
  const [data, output, temporary] = [join(home, "slow.jsonl"), join(home, "run.json"), join(home, "tmp")];
  const rows = Array.from({ length: 40 }, (_, i) => JSON.stringify({ ...sample, id: `s${i}` }));
  await writeFile(data, rows.join("\n"));
  await mkdir(temporary);
  const argv = ["baseline", "--model", "always-tool", "--dataset", data, "--output", output];
  let isAsked = false;
  const { code, err } = await agentcoder(argv, { AGENTCODER_HOME: home, TMPDIR: temporary }, (said, child) => {
    // The progress of a log begins after ten seconds.
    if (isAsked || !/^[1-9]\d* of 40 samples/m.test(said)) return;
    isAsked = true;
    child.kill("SIGTERM");
  });
  expect(code, err).toBe(1);
  expect(err).toContain("The run is cancelled.");
  const { status, results } = parseRun(await readFile(output, "utf8"));
  expect(status).toBe("cancelled");
  expect(results.length).toBeGreaterThan(0);
  expect(results.length).toBeLessThan(40);
  expect((await readdir(temporary)).filter((name) => name.startsWith("agentcoder"))).toEqual([]);
});

test("what the page refuses is one sentence and exit code 1", async ({ home }) => {
  const argv = ["baseline", "--model", "oracle", "--dataset", "no_such_data", "--output", join(home, "run.json")];
  // Without --tools the command line looks into the dataset itself.
  argv.push("--tools", "code_executor");
  const { code, out, err } = await agentcoder(argv, { AGENTCODER_HOME: home });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^There is no dataset called "no_such_data": .*\.\n$/);
});
