import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { Arm, Sample, SampleResult } from "../../src/protocol/index.ts";
import { computeMetrics, computeSlices, confusion, scoreSample } from "../../src/evaluation/index.ts";
import { handMade, resultOf } from "./doubles.ts";

const samples = handMade();
const DECISIONS = ["none", "code_executor", "symbolic_math", "malformed"];
const anyResults = fc
  .array(fc.record({ decision: fc.constantFrom(...DECISIONS), correct: fc.boolean() }), {
    minLength: samples.length,
    maxLength: samples.length,
  })
  .map((drawn) =>
    drawn.map(({ decision, correct }, i) => {
      const sample = samples[i]!;
      const right = decision === sample.optimal_tool;
      return resultOf(sample.id, {
        decision,
        correct,
        tool_correct: right,
        tool_correct_lenient: right || sample.alternative_tools.includes(decision),
        calls: decision === "none" || decision === "malformed" ? 0 : 1,
      });
    }),
  );

describe("metrics", () => {
  it("agree with the confusion table", () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        const { optimal, chosen, counts } = confusion(results, samples);
        const count = (wanted: (name: string) => boolean, done: (name: string) => boolean) =>
          optimal.reduce(
            (total, a, i) =>
              total + chosen.reduce((sum, b, j) => sum + (wanted(a) && done(b) ? (counts[i]?.[j] ?? 0) : 0), 0),
            0,
          );
        const any = () => true;
        const tool = (name: string) => name !== "none" && name !== "malformed";
        const metrics = await computeMetrics(results, samples);
        const hits = count(tool, tool);
        expect(count(any, any)).toBe(samples.length);
        const right = optimal.reduce(
          (total, name) =>
            total +
            count(
              (a) => a === name,
              (b) => b === name,
            ),
          0,
        );
        expect(metrics.tool_accuracy?.value).toBeCloseTo(right / samples.length, 12);
        expect(metrics.tool_precision).toMatchObject({ n: count(any, tool) });
        if (count(any, tool) > 0) expect(metrics.tool_precision?.value).toBeCloseTo(hits / count(any, tool), 12);
        expect(metrics.tool_recall?.value).toBeCloseTo(hits / count(tool, any), 12);
        expect(metrics.malformed_rate?.value).toBeCloseTo(count(any, (b) => b === "malformed") / samples.length, 12);
        const [p, r] = [metrics.tool_precision?.value ?? 0, metrics.tool_recall?.value ?? 0];
        expect(metrics.tool_f1?.value).toBeCloseTo(p + r === 0 ? 0 : (2 * p * r) / (p + r), 12);
        expect(metrics.tool_accuracy_lenient!.value!).toBeGreaterThanOrEqual(metrics.tool_accuracy!.value!);
      }),
      { numRuns: 20 },
    ));

  it("have a value inside their interval, and null for nothing", () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        for (const metric of Object.values(await computeMetrics(results, samples))) {
          if (metric.n === 0) expect(metric).toEqual({ value: null, ci95: null, n: 0 });
          if (!metric.ci95) continue;
          expect(metric.ci95[0]).toBeLessThanOrEqual(metric.value!);
          expect(metric.ci95[1]).toBeGreaterThanOrEqual(metric.value!);
        }
      }),
      { numRuns: 20 },
    ));

  it("do not count an attempt that cannot be read as a call, nor as an abstention", async () => {
    const wanted = samples.find((sample) => sample.optimal_tool === "code_executor")!;
    const metrics = await computeMetrics([resultOf(wanted.id, { decision: "malformed" })], samples);
    expect(metrics.tool_precision).toEqual({ value: null, ci95: null, n: 0 });
    expect(metrics.tool_recall).toMatchObject({ value: 0, n: 1 });
    expect(metrics.malformed_rate).toMatchObject({ value: 1, n: 1 });
  });

  it("give efficiency by calls and recovery by samples that had a failed call", async () => {
    const [a, b, c] = samples.filter((sample) => sample.optimal_tool === "code_executor");
    const metrics = await computeMetrics(
      [
        resultOf(a!.id, { calls: 3, unnecessary_calls: 1, failed_calls: 1, correct: true, decision: "code_executor" }),
        resultOf(b!.id, { calls: 1, unnecessary_calls: 1, failed_calls: 1, decision: "code_executor" }),
        resultOf(c!.id, { correct: true }),
      ],
      samples,
    );
    expect(metrics.execution_efficiency).toMatchObject({ value: 0.5, n: 4 });
    expect(metrics.error_recovery).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics.calls_per_sample?.value).toBeCloseTo(4 / 3, 12);
    expect(metrics.p_call).toEqual({ value: null, ci95: null, n: 0 });
    expect(metrics.latency_ms?.value).toBe(10);
    expect(metrics.samples_per_s?.value).toBeCloseTo(100, 6);
  });

  it("averages F1 over the tools", async () => {
    const [a, b] = samples.filter((sample) => sample.optimal_tool === "code_executor");
    const rows = [
      resultOf(a!.id, { decision: "code_executor", tool_correct: true }),
      resultOf(b!.id, { decision: "symbolic_math" }),
    ];
    // code_executor: precision 1, recall 1/2; symbolic_math: 0.
    expect((await computeMetrics(rows, samples)).tool_f1_macro?.value).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });
});

describe("arms", () => {
  const [a, b] = samples as [Sample, Sample];
  const of = (sample: Sample, arm: Arm, correct: boolean, repeat = 0): SampleResult =>
    resultOf(sample.id, { correct }, arm, repeat);
  const results = [
    of(a, "free", true),
    of(b, "free", true),
    of(a, "forced", true),
    of(b, "forced", false),
    of(a, "forbidden", false, 0),
    of(a, "forbidden", false, 1),
    of(b, "forbidden", false, 0),
    of(b, "forbidden", true, 1),
  ];
  it("give necessity, its graded form, and utility", async () => {
    const metrics = await computeMetrics(results, samples);
    expect(metrics.correctness).toMatchObject({ value: 1, n: 2 });
    expect(metrics.forced_correctness).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics.forbidden_correctness).toMatchObject({ value: 0.25, n: 4 });
    expect(metrics.necessity).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics.necessity_graded).toMatchObject({ value: 0.75, n: 2 });
    expect(metrics.utility).toMatchObject({ value: 0.25, n: 2 });
  });
  it("are slices of their own, beside those of the main arm", async () => {
    const slices = await computeSlices(results, samples);
    expect(slices.filter(({ dimension }) => dimension === "arm").map(({ value }) => value)).toEqual([
      "free",
      "forced",
      "forbidden",
    ]);
    expect(slices.find(({ dimension }) => dimension === "category")?.metrics.correctness).toMatchObject({ n: 2 });
  });
});

it("slices part the main arm: each dimension's counts add up", async () => {
  const slices = await computeSlices(
    samples.map((sample) => resultOf(sample.id)),
    samples,
  );
  for (const dimension of ["category", "difficulty", "category_difficulty", "optimal_tool"]) {
    const own = slices.filter((slice) => slice.dimension === dimension);
    expect(own.reduce((total, slice) => total + slice.metrics.correctness!.n, 0)).toBe(samples.length);
  }
  expect(slices.filter(({ dimension }) => dimension === "category_difficulty")).toHaveLength(12);
});

it("a sequence is right when the gold tools were called in order, and the question arises in multi_step only", async () => {
  const multi = samples.find((sample) => sample.category === "multi_step")!;
  const call = (name: string) => ({ type: "tool_call" as const, step: 0, call: { name, arguments: {} }, raw: "" });
  const score = async (sample: Sample, names: string[]) =>
    (await scoreSample(sample, names.map(call), "")).sequence_correct;
  expect(await score(multi, ["code_executor", "code_executor"])).toBe(true);
  expect(await score(multi, ["code_executor"])).toBe(false);
  expect(await score(multi, ["code_executor", "symbolic_math"])).toBe(false);
  expect(await score(samples[0]!, ["code_executor"])).toBeNull();
});
