import type { ToolCall } from "./messages.ts";
import type { Dtype, RemoteAccess } from "./model.ts";
import type { RunConfig } from "./run-config.ts";
import type { Run } from "./run.ts";
import type { Sample } from "./sample.ts";
import type { ExecRequest, ExecResult } from "./sandbox.ts";
import type { SearchRecord } from "./transcript.ts";

/** A result, or the one sentence for the person: errors lose their class on the way out of a page. */
export type Reply<T> = { ok: T } | { error: string; defect?: string };

/** A dataset as a file's text; its name is the file's. */
export interface DatasetFile {
  name: string;
  text: string;
}

export interface GenerateOrder {
  numSamples: number;
  seed: number;
  categories?: string[];
  difficultyLevels?: string[];
  tools?: string[];
  splits?: string[];
  /** The templates' name. */
  set?: string;
}

/** What came of a gold call: what a model is shown of it. */
export interface GoldResult {
  shown: string;
  success: boolean;
  /** Why it was ended from outside; null where it was not. */
  killed: string | null;
}

/** An adapter's files, as base64 since they cross into a page, and how strongly it works; null: the base. */
export type AdapterOrder = { name: string; config: string; weights: string; scale: number } | null;

/** One goal of a bench, met or not. */
export interface BenchGoal {
  name: string;
  value: number;
  unit: string;
  /** What the peer took, in the same unit and the same run. */
  peer: number | null;
  goal: string;
  met: boolean;
}

/** Figures of `bench eval` that native onnxruntime has, too, and the threads that it shall have: it runs outside the page. */
export const NATIVE = {
  prefill: "prompt tokens a second",
  decode: "tokens a second, one row",
  threads: "threads",
} as const;

export const BENCHES = ["sandbox", "eval", "adapter", "scale"] as const;
export type BenchName = (typeof BENCHES)[number];

/** What a bench runs on, where it has a choice. */
export interface BenchOrder {
  model: string;
  /** As which its weights are stored. */
  dtype: Dtype;
  samples: number;
}

export interface BenchReport {
  bench: string;
  machine: string;
  goals: BenchGoal[];
  /** Whether all goals are. */
  met: boolean;
}

/** What headless.html offers to the command line as `window.agentcoder`. */
export interface HeadlessApi {
  baseline(
    config: RunConfig,
    options?: {
      file?: DatasetFile;
      costs?: Record<string, number>;
      /** The key of a person's server, which comes this way and no other. */
      access?: RemoteAccess;
      records?: SearchRecord[];
      /** Samples that run alone at the end, for their latency. */
      latencySamples?: number;
      /** The runs of one pass; the base alone when left out. */
      sides?: AdapterOrder[];
      wantPlots?: boolean;
    },
  ): Promise<Reply<{ run: Run; plots: Record<string, string> }[]>>;
  exec(rows: ExecRequest[]): Promise<Reply<ExecResult[]>>;
  generate(order: GenerateOrder): Promise<Reply<string>>;
  /** Runs a sample's calls in order, with its files and tools. The sandbox stays for the next sample. */
  callGold(sample: Pick<Sample, "files" | "tools">, calls: ToolCall[]): Promise<Reply<GoldResult[]>>;
  /** `model`: what `adapter` measures with. */
  bench(name: BenchName, order: BenchOrder): Promise<Reply<BenchGoal[]>>;
  /** Cancels what is under way: a run and programs end with what was done. */
  stop(): void;
}

declare global {
  interface Window {
    agentcoder: HeadlessApi;
    /** A binding that the command line adds: progress leaves the page through it. */
    agentcoderTell?: (kind: string, value: unknown) => Promise<void>;
  }
}
