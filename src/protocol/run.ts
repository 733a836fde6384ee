import type { Capabilities, Device, Dtype, RuntimeId, Timing, Usage } from "./model.ts";
import type { Arm, RunConfig } from "./run-config.ts";
import type { Transcript } from "./transcript.ts";

/** A rate or mean with its 95 % interval; value and interval are null when n = 0. */
export interface Metric {
  value: number | null;
  ci95: [number, number] | null;
  n: number;
}

/** One sample's verdicts. null where the question does not arise. */
export interface Scores {
  correct: boolean;
  /** The first decision equals optimal_tool. */
  tool_correct: boolean;
  tool_correct_lenient: boolean;
  /** none, a tool's name, or malformed. */
  decision: string;
  calls: number;
  unnecessary_calls: number;
  failed_calls: number;
  /** multi_step: the gold sequence of tools was followed; else null. */
  sequence_correct: boolean | null;
  /** P(call) at the first decision; null without logits. */
  p_call: number | null;
  /** Why the answer was or was not accepted, in a few words. */
  explanation: string;
}

export interface SampleResult {
  sample_id: string;
  arm: Arm;
  repeat: number;
  transcript: Transcript;
  answer: string;
  scores: Scores;
  timing: Timing;
  usage: Usage;
  /** Seconds since the sample before it was done, and how many were under way together. Missing: it ran alone. */
  pace?: { seconds: number; together: number };
}

/** Whether a sample ran alone: only then does its time tell the model's latency. */
export function ranAlone({ pace }: Pick<SampleResult, "pace">): boolean {
  return (pace?.together ?? 1) === 1;
}

export type Metrics = Record<string, Metric>;

/** Metrics of one slice, e.g. dimension `category`, value `ambiguous`. */
export interface Slice {
  dimension: string;
  value: string;
  metrics: Metrics;
}

export interface Environment {
  version: string;
  userAgent: string;
  crossOriginIsolated: boolean;
  threads: number;
  gpu: string | null;
  libraries: Record<string, string>;
}

export interface Run {
  schema: 1;
  id: string;
  /** ISO time of the start; not part of the digest. */
  created: string;
  status: "running" | "complete" | "cancelled" | "failed";
  error?: string;
  config: RunConfig;
  environment: Environment;
  dataset: { name: string; version: string; sha256: string; n: number };
  model: {
    id: string;
    sha256: string;
    /** The hub's commit that its files are from. */
    revision?: string;
    runtime: RuntimeId;
    device: Device | "none";
    dtype: Dtype | "none";
    capabilities: Capabilities;
  };
  /** The adapter of the configuration, with what it was called here; null for the base. */
  adapter: { sha256: string; name?: string } | null;
  /** What a call costs, by tool, in a unit of the user's; a tool that is not named costs nothing. Not part of the digest. */
  costs?: Record<string, number>;
  results: SampleResult[];
  metrics: Metrics;
  slices: Slice[];
  digest: Digest | null;
}

/** Hex sha256 over what was asked, what was decided, and what was said (token ids, or text without ids). Never times. */
export interface Digest {
  config: string;
  decisions: string;
  tokens: string;
}
