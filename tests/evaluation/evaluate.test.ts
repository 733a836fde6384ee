import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { Run, RunConfig, Sample, TranscriptEvent } from "../../src/protocol/index.ts";
import { evaluate, toolUsage, type EvaluateOptions } from "../../src/evaluation/index.ts";
import { DeviceLostError, loadScripted, type ScriptedId } from "../../src/models/index.ts";
import { ToolRegistry } from "../../src/tools/index.ts";
import { configOf, datasetOf, handMade, modelOf, pythonTools } from "./doubles.ts";

const samples = handMade();
const tools = pythonTools();

async function scripted(id: ScriptedId, change: Partial<RunConfig> = {}): Promise<Run> {
  const config = configOf(id, change);
  return evaluate({ config, dataset: datasetOf(samples), model: loadScripted(id, samples, config.seed), tools });
}
const run = (model: EvaluateOptions["model"], change: Partial<EvaluateOptions> = {}) =>
  evaluate({ config: configOf("nano"), dataset: datasetOf(samples), model, tools, ...change });
const share = (of: (sample: Sample) => boolean) => samples.filter(of).length / samples.length;

describe("scripted models", () => {
  it("oracle is perfect", async () => {
    const { metrics, status, results } = await scripted("oracle");
    expect(status).toBe("complete");
    expect(results).toHaveLength(samples.length);
    for (const name of ["correctness", "tool_accuracy", "tool_f1", "sequence_accuracy", "execution_efficiency"]) {
      expect(metrics[name]?.value).toBe(1);
    }
  });
  it("never-tool is right where no tool is wanted", async () => {
    const { metrics } = await scripted("never-tool");
    const none = share((sample) => sample.optimal_tool === "none");
    expect(metrics.tool_accuracy?.value).toBe(none);
    expect(metrics.correctness?.value).toBe(none);
    expect(metrics.tool_precision).toEqual({ value: null, ci95: null, n: 0 });
    expect(metrics.tool_recall?.value).toBe(0);
    expect(metrics.execution_efficiency).toEqual({ value: null, ci95: null, n: 0 });
  });
  it("always-tool is right where code is wanted, and its answers are what the gold program prints", async () => {
    const { metrics } = await scripted("always-tool");
    const wanted = samples.filter((sample) => sample.optimal_tool === "code_executor");
    expect(metrics.tool_accuracy?.value).toBe(wanted.length / samples.length);
    expect(metrics.tool_recall?.value).toBe(1);
    expect(metrics.tool_precision?.value).toBe(wanted.length / samples.length);
    expect(metrics.execution_efficiency?.value).toBe(wanted.length / samples.length);
    expect(metrics.correctness?.value).toBe(share((sample) => sample.gold_program !== undefined));
  });
  it("random falls in its interval: the truth, one third, is inside", async () => {
    const all: Run[] = [];
    for (let seed = 0; seed < 8; seed++) all.push(await scripted("random", { seed }));
    const inside = all.filter(({ metrics }) => {
      const [low, high] = metrics.tool_accuracy!.ci95!;
      return low <= 1 / 3 && 1 / 3 <= high;
    });
    expect(inside.length).toBeGreaterThanOrEqual(6);
  });
  it("gives the same digest twice, and another one for another seed's decisions", async () => {
    const [a, b, c] = [await scripted("random"), await scripted("random"), await scripted("random", { seed: 1 })];
    expect(a.digest).toEqual(b.digest);
    expect(a.id).not.toBe(b.id);
    expect(c.digest?.decisions).not.toBe(a.digest?.decisions);
  });
});

describe("faults and costs", () => {
  const registry = new ToolRegistry().register("code_executor", async (args) => {
    const { output } = await tools.call({ name: "code_executor", arguments: args });
    return output;
  });
  const faulty = (change: Partial<RunConfig>, costs?: Record<string, number>) => {
    const config = configOf("always-tool", { tools: ["code_executor"], ...change });
    const model = loadScripted("always-tool", samples, config.seed);
    return evaluate({ config, dataset: datasetOf(samples), model, tools: registry, ...(costs && { costs }) });
  };
  const injectedIn = ({ results }: Run) =>
    results.map(({ transcript }) =>
      transcript.flatMap((e) => (e.type === "tool_result" ? [e.injected ?? "none"] : [])),
    );

  it("are the same in a second run, marked in the transcript, and cut into slices", async () => {
    const [a, b] = [await faulty({ faults: "error=0.3,wrong=0.3" }), await faulty({ faults: "error=0.3,wrong=0.3" })];
    expect(a.digest).toEqual(b.digest);
    const drawn = injectedIn(a).flat();
    expect(new Set(drawn)).toEqual(new Set(["none", "error", "wrong"]));
    const slices = a.slices.filter(({ dimension }) => dimension === "fault");
    const sizes = Object.fromEntries(slices.map(({ value, metrics }) => [value, metrics.correctness?.n]));
    expect(sizes).toEqual(Object.fromEntries([...new Set(drawn)].map((f) => [f, drawn.filter((d) => d === f).length])));
    expect(slices.find(({ value }) => value === "error")?.metrics.call_failure_rate?.value).toBe(1);
    expect(slices.find(({ value }) => value === "none")?.metrics.call_failure_rate?.value).toBe(0);
  });

  it("without them there is no such slice, and another digest", async () => {
    const [plain, none, some] = [
      await faulty({}),
      await faulty({ faults: "error=0" }),
      await faulty({ faults: "error=1" }),
    ];
    expect(plain.slices.some(({ dimension }) => dimension === "fault")).toBe(false);
    expect(none.digest?.tokens).toBe(plain.digest?.tokens);
    expect(none.digest?.config).not.toBe(plain.digest?.config);
    expect(some.metrics.call_failure_rate).toMatchObject({ value: 1, n: samples.length });
  });

  it("adds up what calls cost, tool by tool, and the digest knows nothing of it", async () => {
    const [free, paid] = [await faulty({}), await faulty({}, { code_executor: 2.5, web_search: 9 })];
    expect(free.metrics).not.toHaveProperty("tool_cost");
    expect(paid.metrics.tool_cost).toMatchObject({ value: 2.5, n: samples.length });
    expect(paid.digest).toEqual(free.digest);
    expect(toolUsage(paid.results, paid.costs)).toMatchObject([
      { tool: "code_executor", calls: samples.length, failed: 0, injected: 0, cost: 2.5 * samples.length },
    ]);
  });
});

describe("independence", () => {
  it("a sample's transcript is the same alone and inside a run, in any company", async () => {
    const model = () => modelOf(({ seed, messages }) => `${seed} ${messages[0]?.content ?? ""}`);
    const whole = await run(model());
    const texts = (transcript: TranscriptEvent[]) => transcript.map((e) => (e.type === "model" ? e.text : e.type));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(samples, { minLength: 1 }), async (part) => {
        const some = await run(model(), { dataset: datasetOf(part) });
        for (const result of some.results) {
          const known = whole.results.find(({ sample_id }) => sample_id === result.sample_id)!;
          expect(texts(result.transcript)).toEqual(texts(known.transcript));
        }
      }),
      { numRuns: 10 },
    );
  });
  it("each arm and repeat has a seed of its own", async () => {
    const seeds = new Set<number>();
    const model = modelOf(({ seed }) => {
      seeds.add(seed);
      return "x";
    });
    await run(model, {
      config: configOf("nano", { arms: ["free", "no_tools"], repeats: 2, temperature: 1, limit: 3 }),
    });
    expect(seeds.size).toBe(12);
  });
});

describe("cut off and continued", () => {
  it("keeps what was done when cancelled, and continues to what an uninterrupted run gives", async () => {
    const whole = await scripted("random");
    const abort = new AbortController();
    const options = {
      config: configOf("random"),
      dataset: datasetOf(samples),
      model: loadScripted("random", samples, 0),
      tools,
    };
    const part = await evaluate({
      ...options,
      signal: abort.signal,
      onResult: (_result, { done }) => {
        if (done === 5) abort.abort();
      },
    });
    expect(part).toMatchObject({ status: "cancelled", digest: null });
    expect(part.results).toHaveLength(5);
    expect(part.metrics.correctness?.n).toBe(5);
    const progress: number[] = [];
    const rest = await evaluate({
      ...options,
      // Whatever order a store gives them in.
      done: [...part.results].reverse(),
      id: part.id,
      created: part.created,
      onResult: (_result, { done, total }) => progress.push(done / total),
    });
    expect(rest).toMatchObject({ id: part.id, status: "complete", digest: whole.digest });
    expect(progress).toHaveLength(samples.length - 5);
    expect(progress.at(-1)).toBe(1);
  });
  it("drops the sample that was under way", async () => {
    const abort = new AbortController();
    let turns = 0;
    const model = modelOf(() => {
      if (++turns === 3) abort.abort();
      return "x";
    });
    expect((await run(model, { signal: abort.signal })).results).toHaveLength(2);
  });
  it("saves what there is whenever asked", async () => {
    const saved: Run[] = [];
    const store = { saveRun: async (given: Run) => void saved.push(given) };
    let pending: Promise<void> | undefined;
    await run(
      modelOf(() => "x"),
      {
        onResult: (_result, progress) => {
          if (progress.done === 3) pending = progress.save(store);
        },
      },
    );
    await pending;
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatchObject({ status: "running", digest: null });
    expect(saved[0]?.results).toHaveLength(3);
  });
});

describe("failures", () => {
  it("keeps a sample whose model failed, with its error, and goes on", async () => {
    let turns = 0;
    const broken = modelOf(() => {
      if (++turns === 2) throw new Error("kaputt");
      return "x";
    });
    const { status, results, metrics } = await run(broken);
    expect(status).toBe("complete");
    expect(results).toHaveLength(samples.length);
    expect(results[1]?.transcript).toEqual([{ type: "error", step: 0, kind: "model_error", message: "kaputt" }]);
    expect(results[1]?.scores).toMatchObject({ decision: "error", correct: false, tool_correct: false });
    expect(metrics.error_rate?.value).toBeCloseTo(1 / samples.length, 12);
    expect(metrics.latency_ms?.n).toBe(samples.length - 1);
  });
  it("ends as failed when the device is lost, with what was done", async () => {
    let turns = 0;
    const lost = modelOf(() => {
      if (++turns === 4) throw new DeviceLostError("The GPU was lost: load the model again.");
      return "x";
    });
    const ended = await run(lost);
    expect(ended).toMatchObject({ status: "failed", error: "The GPU was lost: load the model again.", digest: null });
    expect(ended.results).toHaveLength(3);
  });
  it("refuses an arm that is beyond the model before the first sample", async () => {
    const model = modelOf(() => "x");
    const capabilities = { ...model.capabilities, ban: false };
    const config = configOf("nano", { arms: ["forbidden"] });
    await expect(run({ ...model, capabilities }, { config })).rejects.toThrow(/arm "forbidden" is beyond nano/);
  });
  it("refuses top-k where a model does not take it, before the first sample", async () => {
    const model = modelOf(() => "x");
    const config = configOf("nano", { topK: 40, temperature: 1 });
    await expect(run(model, { config })).rejects.toThrow(/nano does not take top-k/);
  });
});

it("keeps the propensity of the first decision", async () => {
  const { metrics, slices } = await run(modelOf(() => "x"));
  expect(metrics.p_call).toMatchObject({ n: samples.length });
  expect(metrics.p_call?.value).toBeCloseTo(0.2, 12);
  expect(slices.find(({ value }) => value === "ambiguous")?.metrics.p_call?.n).toBe(6);
});
