import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseDataset } from "../../src/data/index.ts";
import { graderWith } from "../../src/evaluation/algebra.ts";
import { evaluate, SyntheticDataGenerator } from "../../src/evaluation/index.ts";
import { loadScripted } from "../../src/models/index.ts";
import { TOOL_NAMES } from "../../src/protocol/index.ts";
import { createDefaultTools, type ToolRegistry } from "../../src/tools/index.ts";
import { configOf } from "../evaluation/doubles.ts";
import { NO_SYMPY, STARTING, startPython, type LocalPython } from "../tools/python.ts";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(resolve(root, "datasets/tool_use_v1/data.jsonl"), "utf8");
const samples = parseDataset(text, "data.jsonl");

describe("tool_use_v1, all of it, with real tools", () => {
  let python: LocalPython;
  let tools: ToolRegistry;
  beforeAll(async () => {
    // The search corpus lies beside the page.
    vi.stubGlobal("document", { baseURI: "http://localhost/" });
    vi.stubGlobal(
      "fetch",
      async (url: URL) => new Response(readFileSync(resolve(root, "public", new URL(url).pathname.slice(1)), "utf8")),
    );
    python = await startPython();
    tools = createDefaultTools(python);
  }, STARTING);
  afterAll(() => {
    python.close();
    vi.unstubAllGlobals();
  });
  beforeEach(({ skip }) => skip(python.sympy === null, NO_SYMPY));

  it("the command in the card makes these bytes", { timeout: 1_200_000 }, async () => {
    const card = readFileSync(resolve(root, "datasets/tool_use_v1/README.md"), "utf8");
    const [, count, seed] = /--num-samples (\d+) --seed (\d+)/.exec(card) ?? [];
    const generator = new SyntheticDataGenerator({ seed: Number(seed), tools });
    await generator.generate({ numSamples: Number(count) });
    // Compared as a whole: a difference of two such texts would take minutes to print.
    expect((await generator.save()) === text).toBe(true);
  });

  const play = (model: "oracle" | "never-tool" | "always-tool") =>
    evaluate({
      config: configOf(model, { dataset: "tool_use_v1", split: "all", tools: [...TOOL_NAMES], maxSteps: 6 }),
      dataset: { name: "tool_use_v1", version: "", sha256: "", samples },
      model: loadScripted(model, samples, 0),
      tools,
      grade: graderWith(tools),
    });

  it("the oracle is right in everything", { timeout: 1_200_000 }, async () => {
    const { results, metrics } = await play("oracle");
    expect(results.filter(({ scores }) => !scores.correct).map((r) => [r.sample_id, r.scores.explanation])).toEqual([]);
    for (const name of ["tool_accuracy", "sequence_accuracy", "execution_efficiency", "error_recovery"]) {
      expect(metrics[name]?.value, name).toBe(1);
    }
  });

  it("never calling is right exactly where no tool is wanted", { timeout: 600_000 }, async () => {
    const { results } = await play("never-tool");
    const byId = new Map(samples.map((sample) => [sample.id, sample]));
    for (const { sample_id, scores } of results) {
      const answers = byId.get(sample_id)?.optimal_tool === "none";
      expect([scores.correct, scores.tool_correct], sample_id).toEqual([answers, answers]);
    }
  });
});
