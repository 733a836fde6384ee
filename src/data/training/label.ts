import type { Sample, SampleTool, ToolCall, ToolSchema } from "../../protocol/index.ts";
import type { CallPart, ToolPart, Turn } from "./rows.ts";

/** The calls that the label wants; null where it wants some and the sample has none. */
export function goldCallsOf({ optimal_tool, gold_calls, gold_program }: Sample): ToolCall[] | null {
  if (optimal_tool === "none") return [];
  if (gold_calls?.length) return gold_calls;
  if (optimal_tool !== "code_executor" || gold_program === undefined) return null;
  return [{ name: optimal_tool, arguments: { code: gold_program } }];
}

/** The answer in the sample's words; null where only its calls are judged, so that there is none. */
export function goldAnswerOf({ gold_answer, ground_truth_output, check }: Sample): string | null {
  if (gold_answer !== undefined && gold_answer !== "") return gold_answer;
  return check?.kind === "calls" || ground_truth_output === "" ? null : ground_truth_output;
}

/** Whether a first decision, `none` or a tool's name, is neither the best one nor an acceptable one. */
export function isWrong({ optimal_tool, alternative_tools }: Sample, decision: string): boolean {
  return decision !== optimal_tool && !alternative_tools.includes(decision);
}

export const asked = ({ prompt }: Sample): Turn[] => [{ role: "user", content: prompt }];
export const answering = (content: string): Turn => ({ role: "assistant", content });
export const calling = (call: ToolCall, content = ""): Turn => ({
  role: "assistant",
  content,
  tool_calls: [callPart(call)],
});

const callPart = ({ name, arguments: given }: ToolCall): CallPart => ({
  type: "function",
  function: { name, arguments: given },
});

/** A tool without its program. */
export const toolPart = ({ name, description, parameters }: ToolSchema | SampleTool): ToolPart => ({
  type: "function",
  function: { name, description, parameters },
});
