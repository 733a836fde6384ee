import type { Decision, StopReason, Timing, Usage } from "./model.ts";
import type { ToolCall } from "./messages.ts";
import type { KillReason } from "./sandbox.ts";

/** The model wrote a turn. `step` counts the assistant's turns from 0. */
export interface ModelEvent {
  type: "model";
  step: number;
  text: string;
  tokenIds?: number[];
  usage: Usage;
  timing: Timing;
  stopReason: StopReason;
  adapter: string | null;
}

/** What was decided at the start of a turn: `none`, a tool's name, or `malformed` for a call that cannot be read. */
export interface DecisionEvent {
  type: "decision";
  step: number;
  choice: string;
  /** True when text came before the call. */
  late: boolean;
  /** Absent where the runtime gives no logits. */
  decision?: Decision;
}

export interface ToolCallEvent {
  type: "tool_call";
  step: number;
  call: ToolCall;
  raw: string;
}

export interface ToolResultEvent {
  type: "tool_result";
  step: number;
  name: string;
  success: boolean;
  /** What the model is shown. */
  output: string;
  error: { type: string; message: string } | null;
  killed: KillReason | null;
  /** Seconds. */
  execution_time: number;
  /** What the call changed in the workspace; absent where it changed nothing. Untrusted text. */
  changes?: FileChange[];
  /** The fault that was put into this call on purpose; absent where there was none. */
  injected?: Fault;
  /** What a live search found; absent for every other call. Untrusted text. */
  record?: SearchRecord;
}

/**
 * What can be made to go wrong with a call, for studies of error recovery. timeout and error: the tool is not run; wrong:
 * its output is changed; slow: it answers two seconds late.
 */
export const FAULTS = ["timeout", "error", "wrong", "slow"] as const;
export type Fault = (typeof FAULTS)[number];

/** One file before and after; null where there was none. */
export interface FileChange {
  path: string;
  before: string | null;
  after: string | null;
  /** True where the texts are too long to be kept whole: they begin at the first line that differs, and end early. */
  cut?: boolean;
}

/** One search as a provider answered it, so that a run can be replayed without asking again. */
export interface SearchRecord {
  /** The provider's id. */
  provider: string;
  query: string;
  /** What the model was shown, the best first. */
  hits: SearchHit[];
  /** Why the search could not be made; absent where it was. */
  error?: string;
}

export interface SearchHit {
  title: string;
  text: string;
  url?: string;
  date?: string;
}

export type ErrorKind =
  | "malformed_call"
  | "unknown_tool"
  | "invalid_arguments"
  | "context_overflow"
  | "step_limit"
  | "model_error"
  | "cancelled";

/** Something went wrong; the sample is kept and counted. */
export interface ErrorEvent {
  type: "error";
  step: number;
  kind: ErrorKind;
  message: string;
}

export interface AnswerEvent {
  type: "answer";
  step: number;
  text: string;
}

export type TranscriptEvent = ModelEvent | DecisionEvent | ToolCallEvent | ToolResultEvent | ErrorEvent | AnswerEvent;
/** Append-only, typed, replayable. */
export type Transcript = TranscriptEvent[];
