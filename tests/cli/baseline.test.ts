import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { baseline } from "../../src/cli/baseline.ts";
import { inBrowser } from "../../src/cli/browser.ts";
import { UserError, type HeadlessApi, type Run, type RunConfig } from "../../src/protocol/index.ts";
import { fakeRun, fakeSamples } from "../app/fixtures/run.ts";
import { captured, pageWith } from "./doubles.ts";

vi.mock(import("../../src/cli/browser.ts"), async (original) => ({ ...(await original()), inBrowser: vi.fn() }));

let home: string;
let asked: Parameters<HeadlessApi["baseline"]> | null;

/** The page answers with a run of four samples. */
function pageRuns(change: Partial<Run> = {}): void {
  const run = async (...order: Parameters<HeadlessApi["baseline"]>) => {
    asked = order;
    const sides = order[1]?.sides ?? [null];
    const made = sides.map(() => fakeRun(fakeSamples(4), order[0], change));
    return { ok: made.map((run) => ({ run, plots: { accuracy: "<svg/>", "latency.svg": "<svg/>" } })) };
  };
  const result = { sample_id: "s", arm: "free", repeat: 0, scores: { decision: "none", correct: true }, timing: {} };
  const tells: [string, unknown][] = [
    ["stage", { stage: "Loading nano" }],
    ["result", { result, progress: { done: 1, total: 4, secondsLeft: 2.2 } }],
  ];
  vi.mocked(inBrowser).mockImplementation(pageWith({ baseline: run }, tells) as typeof inBrowser);
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "agentcoder-baseline-"));
  vi.stubEnv("AGENTCODER_HOME", home);
  asked = null;
  pageRuns();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(inBrowser).mockReset();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

const at = (name: string) => join(home, name);
const needed = () => ["--model", "nano", "--dataset", "tool_use_v0", "--output", at("run.json")];
const json = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;

describe("baseline", () => {
  it("takes tools of one's own from a file, lists them, and leaves out those that are not listed", async () => {
    captured();
    const tool = (name: string) => ({
      name,
      description: "Print.",
      parameters: { type: "object", properties: {} },
      language: "python",
      body: "print(1)",
    });
    await writeFile(at("tools.json"), JSON.stringify([tool("one"), tool("two")]));
    const own = ["--user-tools", at("tools.json")];
    await baseline([...needed(), ...own]);
    expect(asked?.[0].tools).toEqual(["code_executor", "symbolic_math", "one", "two"]);
    expect(asked?.[0].userTools).toEqual([tool("one"), tool("two")]);
    await baseline([...needed(), ...own, "--tools", "code_executor,two"]);
    expect(asked?.[0]).toMatchObject({ tools: ["code_executor", "two"], userTools: [tool("two")] });
    await baseline([...needed(), ...own, "--tools", "code_executor"]);
    expect(asked?.[0]).not.toHaveProperty("userTools");

    await writeFile(at("tools.json"), "[{");
    await expect(baseline([...needed(), ...own])).rejects.toThrow(/tools.json: not JSON/);
    await writeFile(at("tools.json"), JSON.stringify([tool("one"), { ...tool("two"), body: "" }]));
    await expect(baseline([...needed(), ...own])).rejects.toThrow(/tools.json, tool 2: The body is a text/);
  });

  it("writes the run, its configuration with the expected digest, and a log", async () => {
    const said = captured();
    expect(await baseline(needed())).toBe(0);
    const run = await json(at("run.json"));
    expect(run).toMatchObject({ schema: 1, status: "complete", config: { model: "nano", split: "test" } });
    const experiment = "experiments/configs/experiment_20261120_100000.json";
    expect(await json(at(experiment))).toEqual({
      kind: "run",
      config: run["config"],
      dataset: run["dataset"],
      expected: run["digest"],
    });
    const log = (await readFile(at("results/logs/run_20261120_100000.jsonl"), "utf8")).trim().split("\n");
    expect(log.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["start", "result", "end"]);
    expect(said.out).toMatch(/^correctness +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\] \(n = 4\)$/m);
    expect(said.out).toContain(`run run-nano (complete) in ${at("run.json")}`);
    expect(said.err).toBe("");
  });

  it("turns every option into the configuration, and nothing else", async () => {
    captured();
    await baseline([
      ...needed(),
      ...["--split", "validation", "--limit", "12", "--arms", "free,forbidden", "--tools", "code_executor"],
      ...["--device", "wasm", "--quantization", "8bit", "--temperature", "0.7", "--top-p", "0.9", "--max-tokens", "99"],
      ...["--max-steps", "2", "--seed", "5", "--repeats", "3", "--runtime", "transformers", "--dtype", "fp16"],
    ]);
    expect(asked).toEqual([
      {
        model: "nano",
        runtime: "transformers",
        device: "wasm",
        dtype: "fp16",
        dataset: "tool_use_v0",
        split: "validation",
        limit: 12,
        arms: ["free", "forbidden"],
        tools: ["code_executor"],
        temperature: 0.7,
        topP: 0.9,
        maxTokens: 99,
        maxSteps: 2,
        seed: 5,
        repeats: 3,
      } satisfies RunConfig,
      { wantPlots: false },
    ]);
  });

  it("asks a person's server, whose key comes from the environment and goes nowhere else", async () => {
    const said = captured();
    vi.stubEnv("AGENTCODER_API_KEY", "sk-very-secret");
    const server = ["--model", "remote", "--endpoint", "http://127.0.0.1:8000/", "--remote-model", "org/tiny"];
    const rest = ["--dataset", "tool_use_v0", "--output", at("run.json")];
    await baseline([...server, "--api", "completions", "--parallel", "16", ...rest]);
    expect(asked?.[0]).toMatchObject({
      model: "remote",
      runtime: "remote",
      endpoint: { url: "http://127.0.0.1:8000/v1", api: "completions", model: "org/tiny" },
    });
    expect(asked?.[1]).toMatchObject({ access: { key: "sk-very-secret", parallel: 16 } });
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
    expect(texts.length).toBeGreaterThan(2);
    for (const text of [...texts, said.out, said.err]) expect(text).not.toContain("very-secret");

    vi.unstubAllEnvs();
    vi.stubEnv("AGENTCODER_HOME", home);
    await baseline([...server, ...rest]);
    expect(asked?.[0].endpoint?.api).toBe("chat");
    expect(asked?.[1]).toMatchObject({ access: {} });
    await baseline(needed());
    expect(asked?.[0]).not.toHaveProperty("endpoint");
    expect(asked?.[1]).not.toHaveProperty("access");
  });

  it("names what is missing or wrong of a server", async () => {
    const rest = ["--dataset", "tool_use_v0", "--output", at("run.json")];
    const remote = (...more: string[]) => baseline(["--model", "remote", ...rest, ...more]);
    await expect(remote()).rejects.toThrow("A server of yours needs an endpoint");
    await expect(remote("--endpoint", "http://127.0.0.1:8000")).rejects.toThrow("needs both --endpoint URL and");
    await expect(remote("--api", "chat")).rejects.toThrow(UsageError);
    const named = ["--remote-model", "tiny", "--endpoint"];
    await expect(remote(...named, "http://10.0.0.1/v1")).rejects.toThrow("http://10.0.0.1 is not on this machine");
    await expect(remote(...named, "https://h.example", "--api", "x")).rejects.toThrow("known are chat, completions");
    const nano = baseline(["--model", "nano", ...rest, ...named, "https://h.example"]);
    await expect(nano).rejects.toThrow("nano runs here and asks no server");
    expect(asked).toBeNull();
  });

  it("hands on costs and latency samples beside the configuration, and faults within it", async () => {
    captured();
    const faults = "timeout=0.1,wrong=0.2";
    const aside = ["--costs", "code_executor=1.5,web_search=0", "--latency-samples", "3"];
    await baseline([...needed(), "--faults", faults, ...aside]);
    expect(asked?.[0]).toMatchObject({ faults });
    expect(asked?.[1]).toMatchObject({ costs: { code_executor: 1.5, web_search: 0 }, latencySamples: 3 });
  });

  describe("--adapter", () => {
    const adapter = async (name: string, files = ["adapter_config.json", "adapter_model.safetensors"]) => {
      await mkdir(at(name), { recursive: true });
      for (const file of files) await writeFile(join(at(name), file), file);
      return at(name);
    };
    const base64 = (text: string) => Buffer.from(text).toString("base64");

    it("runs the base and adapters in one pass, each into a file of its own", async () => {
      captured();
      await adapter("models/lora/trained");
      const own = await adapter("own");
      const sides = ["--adapter", "base", "--adapter", own, "--adapter", "trained", "--adapter-scale", "0.5"];
      expect(await baseline([...needed(), ...sides, "--plots", at("plots")])).toBe(0);
      const files = { config: base64("adapter_config.json"), weights: base64("adapter_model.safetensors"), scale: 0.5 };
      expect(asked?.[1]?.sides).toEqual([null, { name: "own", ...files }, { name: "trained", ...files }]);
      for (const name of ["base", "own", "trained"]) {
        expect(await json(at(`run.${name}.json`))).toMatchObject({ status: "complete" });
        expect(await readFile(join(at("plots"), name, "accuracy.svg"), "utf8")).toBe("<svg/>");
      }
    });

    it("runs one adapter into the file that was asked for", async () => {
      captured();
      expect(await baseline([...needed(), "--adapter", await adapter("own")])).toBe(0);
      expect(asked?.[1]?.sides).toMatchObject([{ name: "own", scale: 1 }]);
      expect(await json(at("run.json"))).toMatchObject({ status: "complete" });
    });

    it.each([
      [["--adapter", "nowhere"], /There is no adapter nowhere: give a folder with adapter_config.json and/],
      [["--adapter-scale", "1"], /--adapter-scale needs an --adapter/],
      [["--adapter", "base", "--adapter-scale", "1.6"], /--adapter-scale is "1.6"/],
      [["--adapter", "base", "--adapter", "base"], /two of the name base/],
    ])("refuses %j", async (sides, sentence) => {
      await expect(baseline([...needed(), ...sides])).rejects.toThrow(sentence);
      expect(asked).toBeNull();
    });

    it("names the file that a folder lacks", async () => {
      const own = await adapter("own", ["adapter_config.json"]);
      await expect(baseline([...needed(), "--adapter", own])).rejects.toThrow(/own has no adapter_model.safetensors/);
    });
  });

  it("takes a dataset from a file, whole unless a split is asked for", async () => {
    captured();
    const file = at("my.jsonl");
    const rows = `${JSON.stringify({ ...fakeSamples(1)[0]!, alternative_tools: ["file_ops"] })}\n`;
    await writeFile(file, rows);
    await baseline(["--model", "oracle", "--dataset", file, "--output", at("run.json")]);
    expect(asked?.[0]).toMatchObject({ dataset: "my.jsonl", split: "all", runtime: "scripted" });
    expect(asked?.[0].tools).toEqual(["code_executor", "symbolic_math", "file_ops"]);
    expect(asked?.[1]).toEqual({ file: { name: "my.jsonl", text: rows }, wantPlots: false });
  });

  it("takes a live search, and the records of a run in its place under the same configuration", async () => {
    captured();
    const search = "mediawiki:https://en.wikipedia.org";
    await baseline([...needed(), "--tools", "web_search", "--search", search]);
    expect(asked).toMatchObject([{ search, tools: ["web_search"] }, { wantPlots: false }]);
    expect(asked?.[1]).not.toHaveProperty("records");

    const record = { provider: "mediawiki:en.wikipedia.org", query: "q", hits: [{ title: "T", text: "x" }] };
    const earlier = fakeRun(fakeSamples(2), { ...asked![0] });
    const [found] = earlier.results[1]!.transcript.filter((event) => event.type === "tool_result");
    Object.assign(found!, { record });
    await writeFile(at("earlier.json"), JSON.stringify(earlier));
    await baseline([...needed(), "--tools", "web_search", "--search", `recorded:${at("earlier.json")}`]);
    expect(asked).toMatchObject([{ search }, { records: [record] }]);
  });

  it("writes plots where they are wanted, and one object of JSON", async () => {
    const said = captured();
    expect(await baseline([...needed(), "--plots", at("plots"), "--json"])).toBe(0);
    expect((await readdir(at("plots"))).sort()).toEqual(["accuracy.svg", "latency.svg"]);
    const lines = said.out.trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ output: at("run.json"), status: "complete", id: "run-nano" });
  });

  it("ends with 1 where the run did not, and keeps what was done", async () => {
    const said = captured();
    pageRuns({ status: "failed", error: "The GPU was lost.", digest: null });
    expect(await baseline(needed())).toBe(1);
    expect(said.err).toBe(`The run is failed. The GPU was lost. What was done is in ${at("run.json")}.\n`);
    expect(await json(at("run.json"))).toMatchObject({ status: "failed", digest: null });
  });

  it.each([
    ["no output", ["--model", "nano", "--dataset", "tool_use_v0"], /--output is needed/],
    ["no model", ["--dataset", "tool_use_v0", "--output", "r.json"], /--model and --dataset are needed/],
    [
      "two splits",
      ["--split", "train,test"],
      /--split is "train,test": known are train, validation, test, test_tools, all/,
    ],
    ["an unknown arm", ["--arms", "fast"], /--arms has "fast": known are free, forced, forbidden, no_tools/],
    ["3 bits", ["--quantization", "3bit"], /--quantization is "3bit": known are 4bit, 8bit/],
    ["a tool without its cost", ["--costs", "code_executor"], /--costs has "code_executor": write a tool and a number/],
    ["a negative limit", ["--limit=-1"], /--limit is "-1": it must be a whole number of at least 1/],
  ])("refuses %s as wrong usage", async (_, more, sentence) => {
    const argv = more.includes("--output") || more.includes("--model") ? more : [...needed(), ...more];
    await expect(baseline(argv)).rejects.toThrow(UsageError);
    await expect(baseline(argv)).rejects.toThrow(sentence);
    expect(inBrowser).not.toHaveBeenCalled();
  });

  it.each([
    ["an unknown model", ["--model", "gpt"], /gpt/],
    ["a dtype that the model has not", ["--dtype", "q4f16"], /nano does not come in q4f16: choose one of/],
    ["repeats that would be equal", ["--repeats", "2"], /2 repeats at temperature 0 would give the same answer/],
    ["a fault that there is not", ["--faults", "rain=1"], /"rain=1": write a fault and its probability/],
    ["a file that is not there", ["--dataset", "gone.jsonl"], /gone\.jsonl cannot be read/],
    ["a search of no known kind", ["--tools", "web_search", "--search", "wikipedia"], /is no kind of live search/],
    ["a search that no tool makes", ["--search", "mediawiki:https://en.wikipedia.org"], /web_search is not listed/],
    ["records that are not there", ["--search", "recorded:gone.json"], /gone\.json cannot be read/],
  ])("says before any browser starts why %s cannot be run", async (_, more, sentence) => {
    const running = baseline([...needed(), ...more]);
    await expect(running).rejects.toThrow(UserError);
    await expect(running).rejects.toThrow(sentence);
    await expect(running).rejects.not.toThrow(UsageError);
    expect(inBrowser).not.toHaveBeenCalled();
  });
});
