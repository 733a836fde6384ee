import type { ErrorKind, Fault, KillReason, SearchRecord, ToolSchema } from "../protocol/index.ts";
import type { FaultRates } from "./faults.ts";
import type { Workspace } from "./file-ops/index.ts";

/** What a call did. Structurally the outcome that the agent's loop expects of its tools. */
export interface ToolOutcome {
  success: boolean;
  output: string;
  error: { type: string; message: string } | null;
  killed: KillReason | null;
  /** Seconds. */
  execution_time: number;
  /** Why the call never reached the tool. */
  kind?: ErrorKind;
  /** The fault that was put into the call. */
  injected?: Fault;
  /** What a live search found. */
  record?: SearchRecord;
}

export interface ToolContext {
  signal?: AbortSignal;
  seed?: number;
  /** The assistant's turn that the call is of; 0 by default. */
  step?: number;
  /** Faults to put into the call, drawn from seed and step. */
  faults?: FaultRates;
  /** The sample's files, in runs that list `file_ops`. */
  workspace?: Workspace;
}

/** The work of a tool: returns an outcome, or any value, which becomes the output. What it throws becomes the error. */
export type ToolFunction = (args: Record<string, unknown>, context: ToolContext) => unknown;

/** What a model may call: how it is listed in prompts, and what it does. */
export interface Tool extends ToolSchema {
  /** Listed only where it is named; a tool that is not on request is listed wherever nothing is said. */
  onRequest?: boolean;
  run: ToolFunction;
}

/** An outcome without output. */
export function failure(type: string, message: string, more: Partial<ToolOutcome> = {}): ToolOutcome {
  return { success: false, output: "", error: { type, message }, killed: null, execution_time: 0, ...more };
}

/** The outcome of whatever a tool returned: an outcome as it is, a text as the output, anything else as JSON. */
export function outcomeOf(value: unknown, execution_time: number): ToolOutcome {
  if (isOutcome(value)) return value;
  return { success: true, output: textOf(value), error: null, killed: null, execution_time };
}

function isOutcome(value: unknown): value is ToolOutcome {
  if (typeof value !== "object" || value === null) return false;
  const { success, output, error, killed, execution_time } = value as Partial<ToolOutcome>;
  return (
    typeof success === "boolean" &&
    typeof output === "string" &&
    error !== undefined &&
    killed !== undefined &&
    typeof execution_time === "number"
  );
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? String(value);
}
