import type { Check, GoldResult, Run, Sample, SampleTool, Split, ToolCall, ToolSchema } from "../../protocol/index.ts";

/** What rows are made for: TRL's dataset types, and the prompts of reinforcement learning. */
export const METHODS = ["sft", "dpo", "kto", "ppo", "grpo"] as const;
export type Method = (typeof METHODS)[number];

/** A call as chat templates take it: its arguments are an object, not a text. */
export interface CallPart {
  type: "function";
  function: ToolCall;
}

/** A turn, not rendered: how tools and calls are written is the model's format, and the consumer's to apply. */
export interface Turn {
  role: "user" | "assistant" | "tool";
  content: string;
  tool_calls?: CallPart[];
  /** Of a `tool` turn: whose result it is. */
  name?: string;
}

/** A tool as chat templates and services take it. */
export interface ToolPart {
  type: "function";
  function: ToolSchema;
}

/** What leads from a row back to where it came from. */
interface Traced {
  sample_id: string;
  dataset_sha256: string;
}

/** A whole conversation: the question, the gold calls with what they returned, the answer. */
export interface SftRow extends Traced {
  messages: Turn[];
  tools: ToolPart[];
}

/** What the rejected side does wrong: answers, calls though it should answer, calls another tool, writes a call that cannot be read; or what a run decided. */
export type Contrast = "answer" | "call" | "tool" | "malformed" | "run";

/** Two first turns to one question. */
export interface PreferenceRow extends Traced {
  prompt: Turn[];
  chosen: Turn[];
  rejected: Turn[];
  tools: ToolPart[];
  contrast: Contrast;
}

/** One first turn, right or wrong. */
export interface KtoRow extends Traced {
  prompt: Turn[];
  completion: Turn[];
  label: boolean;
  tools: ToolPart[];
  contrast: Contrast;
}

/** A question with what its reward is computed from. */
export interface PromptRow extends Traced {
  prompt: Turn[];
  tools: ToolPart[];
  check: Check;
  gold_answer: string;
  optimal_tool: string;
  alternative_tools: string[];
  gold_calls: ToolCall[];
  /** What a call costs, by tool; a tool that is not named costs nothing. */
  costs: Record<string, number>;
  category: Sample["category"];
  /** What the workspace of the sample holds at the start. */
  files?: Record<string, string>;
  /** The tools that the sample brings, with their programs: the rollout runs them. */
  own_tools?: SampleTool[];
}

export interface RowOf {
  sft: SftRow;
  dpo: PreferenceRow;
  kto: KtoRow;
  ppo: PromptRow;
  grpo: PromptRow;
}

/** Runs a sample's calls in order, with its files and tools; several samples at a time. */
export type GoldRunner = (sample: Pick<Sample, "files" | "tools">, calls: readonly ToolCall[]) => Promise<GoldResult[]>;

export interface TrainingOptions<M extends Method = Method> {
  dataset: { name: string; sha256: string; samples: readonly Sample[] };
  method: M;
  /** Same seed, same bytes. */
  seed: number;
  /** The tools from which each row's list is drawn, unless the sample brings its own. */
  tools: readonly ToolSchema[];
  /** `train` by default; `all` for a dataset that is not split. Samples of a test are always refused. */
  split?: Split | "all";
  /** sft: where tool results come from. */
  run?: GoldRunner;
  /** dpo, kto: pairs of what these runs decided, in place of pairs made from the labels. */
  runs?: readonly Run[];
  /** dpo, kto: how the consumer writes a call. With it lengths are exact, and there are pairs against malformed calls. */
  renderCall?: (call: ToolCall) => string;
  /** ppo, grpo: what a call costs, by tool. */
  costs?: Record<string, number>;
}

export interface TrainingData<R> {
  rows: R[];
  /** Samples or pairs that were left out, by reason. */
  skipped: Record<string, number>;
  /** dpo, kto: AUROC of a completion's length, in characters, for being the chosen one; 0.5 gives nothing away. */
  lengthAuroc: number | null;
}
