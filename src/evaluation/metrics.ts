import {
  Breath,
  ranAlone,
  type Arm,
  type Metric,
  type Metrics,
  type Run,
  type Sample,
  type SampleResult,
} from "../protocol/index.ts";
import { necessityMetrics } from "./arms.ts";
import { isCall, NO_DECISION } from "./score.ts";
import { bootstrap, mean, NOT_MEASURED, rate, ratio } from "./statistics.ts";
import { sampleCost } from "./usage.ts";

/** A result beside its label. */
export interface Labelled {
  sample: Sample;
  result: SampleResult;
  /** Samples of one template are one cluster. */
  cluster: string;
}

/** Pairs results with their samples. Results whose sample is not known are left out: without a label nothing is measured. */
export function label(results: readonly SampleResult[], samples: readonly Sample[]): Labelled[] {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return results.flatMap((result) => {
    const sample = byId.get(result.sample_id);
    return sample ? [{ sample, result, cluster: sample.template ?? sample.id }] : [];
  });
}

/** The arm whose results are the headline: the free one where it was run, as only there the model decides. */
export function mainArm(arms: readonly Arm[]): Arm {
  return arms.includes("free") ? "free" : (arms[0] ?? "free");
}

/**
 * Every metric of a run (definitions: docs/experiments.md). Decisions and answers are of the main arm; where other arms
 * were run, necessity, utility and each arm's correctness stand beside them. `costs`: of a call, by tool. The page's thread
 * is never kept for longer than one metric takes.
 */
export async function computeMetrics(
  results: readonly SampleResult[],
  samples: readonly Sample[],
  costs?: Run["costs"],
): Promise<Metrics> {
  const breath = new Breath();
  const all = label(results, samples);
  await breath.take();
  const arms = [...new Set(all.map(({ result }) => result.arm))];
  const main = all.filter(({ result }) => result.arm === mainArm(arms));
  return {
    ...(await metricsOf(main, costs, breath)),
    ...(arms.length > 1 || arms[0] === "forbidden" ? necessityMetrics(all, arms) : {}),
  };
}

/** The two figures of a list of runs, from the scores alone. */
export function headline(results: readonly SampleResult[]): Metrics {
  const arm = mainArm([...new Set(results.map((result) => result.arm))]);
  const main = results.filter((result) => result.arm === arm);
  return {
    correctness: rate(main.filter(({ scores }) => scores.correct).length, main.length),
    tool_accuracy: rate(main.filter(({ scores }) => scores.tool_correct).length, main.length),
  };
}

/** The metrics of results of one arm, one after the other. */
export async function metricsOf(rows: Labelled[], costs?: Run["costs"], breath = new Breath()): Promise<Metrics> {
  const metrics: Metrics = {};
  for (const [name, measure] of Object.entries(measures(rows, costs))) {
    if (breath.due()) await breath.take();
    metrics[name] = measure();
  }
  return metrics;
}

function measures(rows: Labelled[], costs: Run["costs"] | undefined): Record<string, () => Metric> {
  const share = (of: (row: Labelled) => boolean) => rate(rows.filter(of).length, rows.length);
  const called = rows.filter(({ result }) => isCall(result.scores.decision));
  const wanted = rows.filter(({ sample }) => sample.optimal_tool !== "none");
  const hits = called.filter(({ sample }) => sample.optimal_tool !== "none").length;
  const sequences = rows.filter(({ result }) => result.scores.sequence_correct !== null);
  const failed = rows.filter(({ result }) => result.scores.failed_calls > 0);
  const calls = rows.flatMap(({ cluster, result: { transcript } }) =>
    transcript.flatMap((event) => (event.type === "tool_result" ? [{ cluster, event }] : [])),
  );
  return {
    correctness: () => share(({ result }) => result.scores.correct),
    tool_accuracy: () => share(({ result }) => result.scores.tool_correct),
    tool_accuracy_lenient: () => share(({ result }) => result.scores.tool_correct_lenient),
    tool_precision: () => rate(hits, called.length),
    tool_recall: () => rate(hits, wanted.length),
    tool_f1: () => f1(rows),
    tool_f1_macro: () => macroF1(rows),
    malformed_rate: () => share(({ result }) => result.scores.decision === "malformed"),
    late_rate: () => share(({ result }) => result.transcript.some((event) => event.type === "decision" && event.late)),
    error_rate: () => share(({ result }) => result.scores.decision === NO_DECISION),
    sequence_accuracy: () =>
      rate(sequences.filter(({ result }) => result.scores.sequence_correct).length, sequences.length),
    execution_efficiency: () => efficiency(rows),
    error_recovery: () => rate(failed.filter(({ result }) => result.scores.correct).length, failed.length),
    calls_per_sample: () => mean(rows.map(({ cluster, result }) => ({ cluster, value: result.scores.calls }))),
    call_failure_rate: () => rate(calls.filter(({ event }) => !event.success).length, calls.length),
    tool_latency_ms: () =>
      mean(
        calls.flatMap(({ cluster, event: { execution_time } }) =>
          execution_time > 0 ? [{ cluster, value: execution_time * 1000 }] : [],
        ),
      ),
    ...(costs && {
      tool_cost: () => mean(rows.map(({ cluster, result }) => ({ cluster, value: sampleCost(result, costs) }))),
    }),
    p_call: () =>
      mean(
        rows.flatMap(({ cluster, result: { scores } }) =>
          scores.p_call === null ? [] : [{ cluster, value: scores.p_call }],
        ),
      ),
    ...times(rows),
  };
}

/** Positive: a call was made. Truth: a tool was wanted. A malformed attempt makes no call, so a wanted one is missed. */
function f1(rows: Labelled[]): Metric {
  const parts = rows.map(({ cluster, sample, result }) => {
    const made = isCall(result.scores.decision);
    const wanted = sample.optimal_tool !== "none";
    return { cluster, sums: [made && wanted ? 2 : 0, Number(made) + Number(wanted)] };
  });
  return bootstrap(parts, parts.filter(({ sums }) => sums[1] !== 0).length, ratio);
}

/** F1 of each tool that was wanted or called, averaged. */
function macroF1(rows: Labelled[]): Metric {
  const names = [...new Set(rows.flatMap(({ sample, result }) => [sample.optimal_tool, result.scores.decision]))];
  const tools = names.filter(isCall).sort();
  if (tools.length === 0) return NOT_MEASURED;
  const parts = rows.map(({ cluster, sample, result: { scores } }) => ({
    cluster,
    sums: tools.flatMap((tool) => {
      const [made, wanted] = [scores.decision === tool, sample.optimal_tool === tool];
      return [made && wanted ? 2 : 0, Number(made) + Number(wanted)];
    }),
  }));
  return bootstrap(parts, rows.length, (sums) => {
    const each = tools.map((_, i) => ratio(sums.slice(2 * i, 2 * i + 2))).filter((value) => value !== null);
    return ratio([each.reduce((total, value) => total + value, 0), each.length]);
  });
}

/** 1 - unnecessary calls / all calls; n counts the calls. */
function efficiency(rows: Labelled[]): Metric {
  const parts = rows.map(({ cluster, result: { scores } }) => ({
    cluster,
    sums: [scores.calls - scores.unnecessary_calls, scores.calls],
  }));
  return bootstrap(
    parts,
    parts.reduce((total, { sums }) => total + (sums[1] ?? 0), 0),
    ratio,
  );
}

/** Milliseconds of the model for a sample that ran alone; throughput counts all samples and the tools' time, too. */
function times(rows: Labelled[]): Record<string, () => Metric> {
  const ran = rows.filter(({ result }) => result.transcript.some((event) => event.type === "model"));
  const alone = ran.filter(({ result }) => ranAlone(result));
  const parts = ran.map(({ cluster, result }) => ({ cluster, sums: [1, result.pace?.seconds ?? seconds(result)] }));
  return {
    latency_ms: () => mean(alone.map(({ cluster, result }) => ({ cluster, value: result.timing.totalMs }))),
    first_token_ms: () => mean(alone.map(({ cluster, result }) => ({ cluster, value: result.timing.firstTokenMs }))),
    samples_per_s: () => bootstrap(parts, ran.length, ratio),
  };
}

function seconds({ timing, transcript }: SampleResult): number {
  return transcript.reduce(
    (total, event) => total + (event.type === "tool_result" ? event.execution_time : 0),
    timing.totalMs / 1000,
  );
}
