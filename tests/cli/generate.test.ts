import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { inBrowser } from "../../src/cli/browser.ts";
import { generate } from "../../src/cli/generate.ts";
import type { GenerateOrder } from "../../src/protocol/index.ts";
import { captured, pageWith } from "./doubles.ts";

vi.mock(import("../../src/cli/browser.ts"), async (original) => ({ ...(await original()), inBrowser: vi.fn() }));

const LINES = '{"id":"a"}\n{"id":"b"}\n';
let directory: string;
let asked: GenerateOrder | null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "agentcoder-generate-"));
  asked = null;
  const page = pageWith({ generate: async (order) => ((asked = order), { ok: LINES }) });
  vi.mocked(inBrowser).mockImplementation(page as typeof inBrowser);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(inBrowser).mockReset();
  vi.unstubAllGlobals();
  await rm(directory, { recursive: true });
});

describe("generate", () => {
  it("writes the lines as they are", async () => {
    const said = captured();
    const output = join(directory, "new", "my.jsonl");
    const order = ["--num-samples", "2", "--seed", "7", "--categories", "ambiguous", "--difficulty", "easy,hard"];
    expect(await generate([...order, "--output", output])).toBe(0);
    expect(asked).toEqual({ numSamples: 2, seed: 7, categories: ["ambiguous"], difficultyLevels: ["easy", "hard"] });
    expect(await readFile(output, "utf8")).toBe(LINES);
    expect(said.out).toBe(`2 samples in ${output}\n`);
  });

  it("writes an array where the file's name asks for one, and tells it as JSON", async () => {
    const said = captured();
    const output = join(directory, "my.json");
    expect(await generate(["--num-samples", "2", "--seed=-7", "--output", output, "--json"])).toBe(0);
    expect(JSON.parse(await readFile(output, "utf8"))).toEqual([{ id: "a" }, { id: "b" }]);
    expect(JSON.parse(said.out)).toEqual({ output, samples: 2, seed: -7 });
  });

  it.each([
    [[], /--num-samples, --seed and --output are needed/],
    [["--num-samples", "0", "--seed", "1", "--output", "a.jsonl"], /--num-samples is "0"/],
    [["--num-samples", "2", "--seed", "1", "--output", "a.csv"], /--output is "a\.csv": its name must end in \.jsonl/],
    [
      ["--num-samples", "2", "--seed", "1", "--output", "a.json", "--categories", "fun"],
      /--categories has "fun": known/,
    ],
  ])("refuses %j as wrong usage", async (argv, sentence) => {
    await expect(generate(argv)).rejects.toThrow(UsageError);
    await expect(generate(argv)).rejects.toThrow(sentence);
    expect(inBrowser).not.toHaveBeenCalled();
  });

  it("hands on the page's sentence", async () => {
    captured();
    const page = pageWith({ generate: async () => ({ error: "No template fits." }) });
    vi.mocked(inBrowser).mockImplementation(page as typeof inBrowser);
    const argv = ["--num-samples", "2", "--seed", "1", "--output", join(directory, "a.jsonl")];
    await expect(generate(argv)).rejects.toThrow("No template fits.");
  });
});
