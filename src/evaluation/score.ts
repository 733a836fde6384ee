import type { DecisionEvent, Sample, Scores, ToolCallEvent, Transcript } from "../protocol/index.ts";
import { gradeAnswer, gradeCalls, type Grader } from "./scorers/index.ts";

/** The decision of a sample whose first turn never came: the model failed or the prompt was too long. */
export const NO_DECISION = "error";

/** Whether a decision is a call to a tool: neither an abstention, nor an attempt that cannot be read, nor an error. */
export function isCall(decision: string): boolean {
  return decision !== "none" && decision !== "malformed" && decision !== NO_DECISION;
}

/** Everything that is said of one sample's transcript. Pure but for `grader`. */
export async function scoreSample(
  sample: Sample,
  transcript: Transcript,
  answer: string,
  grader: Grader = {},
): Promise<Scores> {
  const first = transcript.find((event): event is DecisionEvent => event.type === "decision" && event.step === 0);
  const called = transcript.filter((event): event is ToolCallEvent => event.type === "tool_call");
  const decision = first?.choice ?? NO_DECISION;
  const { correct, explanation } =
    sample.check?.kind === "calls"
      ? gradeCalls(
          called.map((event) => event.call),
          sample.check.calls,
        )
      : await gradeAnswer(sample, answer, grader);
  const right = decision === sample.optimal_tool;
  return {
    correct,
    tool_correct: right,
    tool_correct_lenient: right || sample.alternative_tools.includes(decision),
    decision,
    calls: called.length,
    unnecessary_calls: Math.max(0, called.length - goldCount(sample)),
    failed_calls: transcript.filter((event) => event.type === "tool_result" && !event.success).length,
    sequence_correct: sequenceCorrect(
      sample,
      called.map((event) => event.call.name),
    ),
    p_call: first?.decision?.pCall ?? null,
    explanation,
  };
}

/** How many calls the label wants. */
function goldCount(sample: Sample): number {
  if (sample.optimal_tool === "none") return 0;
  return sample.gold_calls?.length || 1;
}

function sequenceCorrect(sample: Sample, called: string[]): boolean | null {
  if (sample.category !== "multi_step" || !sample.gold_calls?.length) return null;
  return called.length === sample.gold_calls.length && sample.gold_calls.every(({ name }, i) => name === called[i]);
}
