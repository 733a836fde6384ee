import {
  firstOf,
  type ErrorKind,
  type Fault,
  type KillReason,
  type SearchRecord,
  type ToolCall,
  type ToolSchema,
} from "../protocol/index.ts";
import type { ToolContext } from "../tools/index.ts";

/** What a tool call did; `kind` says when the call never reached the tool. */
export interface Outcome {
  success: boolean;
  output: string;
  error: { type: string; message: string } | null;
  killed: KillReason | null;
  /** Seconds. */
  execution_time: number;
  kind?: ErrorKind;
  /** The fault that was put into the call. */
  injected?: Fault;
  /** What a live search found: kept in the transcript, so that it can be replayed. */
  record?: SearchRecord;
}

/** The part of a ToolRegistry that the loop needs. */
export interface Toolbox {
  schemas(names?: string[]): ToolSchema[];
  call(call: ToolCall, context?: ToolContext): Promise<Outcome>;
}

const LONGEST_RESULT = 2000;

/** What the model is shown of an outcome: the output, or `error: TYPE: MESSAGE` on one line. At most 2,000 characters. */
export function renderResult(outcome: Outcome): string {
  if (outcome.success) return cut(outcome.output.trimEnd() || "(no output)");
  return cut(`error: ${describe(outcome)}`);
}

function describe({ error, killed }: Outcome): string {
  if (!error) return killed ? `Killed: ${killed}` : "Error: the tool failed without a message";
  const lastLine = error.message.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return lastLine === "" ? error.type : `${error.type}: ${lastLine}`;
}

function cut(text: string): string {
  return text.length <= LONGEST_RESULT ? text : `${firstOf(text, LONGEST_RESULT)}…`;
}

/** The outcome of a call to a tool that was not listed in this run. */
export function notListed(name: string, listed: readonly string[]): Outcome {
  const known = listed.length > 0 ? `the listed ones are ${listed.join(", ")}` : "none is listed";
  return {
    success: false,
    output: "",
    error: { type: "UnknownTool", message: `there is no tool "${name}"; ${known}` },
    killed: null,
    execution_time: 0,
    kind: "unknown_tool",
  };
}
