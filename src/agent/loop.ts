import {
  hash32,
  UserError,
  type Arm,
  type ChatMessage,
  type Generation,
  type LoadedModel,
  type Timing,
  type ToolSchema,
  type Transcript,
  type TranscriptEvent,
  type Usage,
} from "../protocol/index.ts";
import { CALL_CLOSE } from "../models/index.ts";
import { FILE_OPS, forTranscript, Workspace, type FaultRates } from "../tools/index.ts";
import { armOptions } from "./arms.ts";
import { parseTurn, type ParsedCall } from "./parse.ts";
import { notListed, renderResult, type Toolbox } from "./toolbox.ts";

/** One prompt to be answered, with or without tools. */
export interface AgentOptions {
  model: LoadedModel;
  tools: Toolbox;
  /** The tools that are listed; by default every registered one that is not on request. */
  toolNames?: string[];
  prompt: string;
  /** What the workspace holds at the start: path -> text. There is a workspace only where `file_ops` is listed. */
  files?: Readonly<Record<string, string>>;
  /** free by default. */
  arm?: Arm;
  /** Most turns that the model may write; 6 by default. */
  maxSteps?: number;
  /** Most tokens in a turn; 256 by default. */
  maxTokens?: number;
  /** 0, greedy, by default. */
  temperature?: number;
  topP?: number;
  /** Most tokens to draw from; all by default. */
  topK?: number;
  /** Whether a call can only be one to a listed tool with arguments of its schema; needs the model's `grammar`. */
  constrainCalls?: boolean;
  seed?: number;
  /** Faults to put into tool calls; none by default. */
  faults?: FaultRates;
  signal?: AbortSignal;
  onEvent?(event: TranscriptEvent): void;
  /** New text of the turn that is being written. */
  onText?(delta: string): void;
}

export interface AgentResult {
  /** The first tool that was called, or `none`. */
  toolUsed: string;
  /** The final answer; empty when there is none (step limit, overflow, cancelled). */
  output: string;
  /** What the model wrote before its calls. */
  reasoning: string;
  transcript: Transcript;
  /** The model's own time over all turns; `firstTokenMs` is the first turn's. */
  timing: Timing;
  usage: Usage;
}

/**
 * Decision, call, tool, answer: up to `maxSteps` turns. Whatever a model writes and a tool does ends in the transcript;
 * rejects only when the model itself fails, and with a UserError when the arm is beyond the model's capabilities or
 * `files` do not fit into a workspace.
 */
export async function generateWithTools(options: AgentOptions): Promise<AgentResult> {
  const run = new AgentRun(options);
  for (let step = 0; step < run.maxSteps; step++) {
    const generation = await run.writeTurn(step);
    if (run.endedEarly(step, generation)) return run.result();
    const call = run.decide(step, generation);
    if (!call) return run.result();
    await run.useTool(step, generation.text, call);
    if (options.signal?.aborted) return run.cancelled(step);
  }
  return run.outOfSteps();
}

/** The state of one run: the conversation as the model sees it, and the transcript as we keep it. */
class AgentRun {
  readonly maxSteps: number;
  private readonly messages: ChatMessage[];
  private readonly listed: ToolSchema[];
  private readonly workspace: Workspace | null;
  private readonly transcript: Transcript = [];
  private readonly reasoning: string[] = [];
  private readonly timing: Timing = { totalMs: 0, firstTokenMs: 0 };
  private readonly usage: Usage = { promptTokens: 0, completionTokens: 0 };
  private toolUsed = "none";
  private output = "";

  constructor(private readonly options: AgentOptions) {
    const arm = options.arm ?? "free";
    const { capabilities, spec } = options.model;
    if ((arm === "forced" && !capabilities.prefill) || (arm === "forbidden" && !capabilities.ban)) {
      throw new UserError(
        `The arm "${arm}" is beyond the model ${spec.id} on its ${spec.runtime} runtime: choose another arm.`,
      );
    }
    if (options.constrainCalls && !capabilities.grammar) {
      throw new UserError(
        `Calls of the model ${spec.id} cannot be constrained on its ${spec.runtime} runtime: leave constrainCalls out.`,
      );
    }
    this.maxSteps = options.maxSteps ?? 6;
    this.messages = [{ role: "user", content: options.prompt }];
    this.listed = arm === "no_tools" ? [] : options.tools.schemas(options.toolNames);
    // A fresh one for each run, so that no sample sees another's files.
    this.workspace = this.listed.some(({ name }) => name === FILE_OPS) ? new Workspace(options.files) : null;
  }

  async writeTurn(step: number): Promise<Generation> {
    const { model, signal, onText, seed = 0, temperature = 0, topP = 1, maxTokens = 256, arm = "free" } = this.options;
    const { topK, constrainCalls } = this.options;
    const request = {
      messages: [...this.messages],
      tools: this.listed,
      maxTokens,
      temperature,
      topP,
      ...(topK !== undefined && { topK }),
      ...(constrainCalls && { constrainCalls }),
      seed: hash32(`${seed}:${step}`),
      stop: [CALL_CLOSE],
      wantDecision: model.capabilities.logits,
      ...armOptions(arm, step),
    };
    const [generation] = await model.generate([request], {
      ...(signal && { signal }),
      ...(onText && { onText: (_index: number, delta: string) => onText(delta) }),
    });
    if (!generation) throw new Error("The model returned no generation for the request.");
    this.count(step, generation);
    return generation;
  }

  private count(step: number, { text, tokenIds, usage, timing, stopReason, adapter }: Generation): void {
    if (step === 0) this.timing.firstTokenMs = timing.firstTokenMs;
    this.timing.totalMs += timing.totalMs;
    this.usage.promptTokens += usage.promptTokens;
    this.usage.completionTokens += usage.completionTokens;
    this.emit({ type: "model", step, text, ...(tokenIds && { tokenIds }), usage, timing, stopReason, adapter });
  }

  /** Overflow and cancellation leave no turn to read. */
  endedEarly(step: number, { stopReason }: Generation): boolean {
    if (stopReason === "context_overflow") {
      const message = "The conversation is longer than the model's context leaves room for.";
      this.emit({ type: "error", step, kind: "context_overflow", message });
      return true;
    }
    if (stopReason !== "cancelled") return false;
    this.cancelled(step);
    return true;
  }

  /** Reads the turn and records what was decided. Returns the call to run, or null when the turn is the answer. */
  decide(step: number, { text, decision }: Generation): ParsedCall | null {
    const { before, calls, malformed } = parseTurn(text);
    const call = calls[0] ?? null;
    const choice = call ? call.call.name : malformed ? "malformed" : "none";
    const late = choice !== "none" && before.trim() !== "";
    this.emit({ type: "decision", step, choice, late, ...(decision && { decision }) });
    if (call) {
      if (late) this.reasoning.push(before.trim());
      return call;
    }
    if (malformed) this.emit({ type: "error", step, kind: "malformed_call", message: malformed.reason });
    this.output = text.trim();
    this.emit({ type: "answer", step, text: this.output });
    return null;
  }

  /** Runs the call and tells the model what came of it. Only the first call of a turn is run; the turn ends there. */
  async useTool(step: number, text: string, { call, raw, end }: ParsedCall): Promise<void> {
    const { tools, signal, seed = 0, faults } = this.options;
    const { workspace } = this;
    if (this.toolUsed === "none") this.toolUsed = call.name;
    this.emit({ type: "tool_call", step, call, raw });
    const names = this.listed.map((tool) => tool.name);
    const before = workspace?.snapshot();
    const context = {
      seed,
      step,
      ...(signal && { signal }),
      ...(workspace && { workspace }),
      ...(faults && { faults }),
    };
    const outcome = names.includes(call.name) ? await tools.call(call, context) : notListed(call.name, names);
    if (outcome.kind) {
      this.emit({ type: "error", step, kind: outcome.kind, message: outcome.error?.message ?? outcome.kind });
    }
    const shown = renderResult(outcome);
    const { success, error, killed, execution_time, injected, record } = outcome;
    const result = { step, name: call.name, success, output: shown, error, killed, execution_time };
    const changes = before && workspace ? forTranscript(workspace.changesSince(before)) : [];
    this.emit({
      type: "tool_result",
      ...result,
      ...(changes.length > 0 && { changes }),
      ...(injected && { injected }),
      ...(record && { record }),
    });
    this.messages.push({ role: "assistant", content: text.slice(0, end) }, { role: "tool", content: shown });
  }

  cancelled(step: number): AgentResult {
    this.emit({ type: "error", step, kind: "cancelled", message: "Cancelled." });
    return this.result();
  }

  outOfSteps(): AgentResult {
    const message = `No answer after ${this.maxSteps} turns.`;
    this.emit({ type: "error", step: this.maxSteps - 1, kind: "step_limit", message });
    return this.result();
  }

  result(): AgentResult {
    return {
      toolUsed: this.toolUsed,
      output: this.output,
      reasoning: this.reasoning.join("\n"),
      transcript: this.transcript,
      timing: this.timing,
      usage: this.usage,
    };
  }

  private emit(event: TranscriptEvent): void {
    this.transcript.push(event);
    this.options.onEvent?.(event);
  }
}
