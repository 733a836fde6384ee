import type { ToolCall } from "../../protocol/index.ts";

/** The call marker: a turn in which it stands contains a call, or the attempt at one. */
export const CALL_OPEN = "<tool_call>";
export const CALL_CLOSE = "</tool_call>";

/** A call as our models are trained to write it: `<tool_call>{"name":...,"arguments":{...}}</tool_call>`, no spaces. */
export function renderCall(call: ToolCall): string {
  return `${CALL_OPEN}${JSON.stringify({ name: call.name, arguments: call.arguments })}${CALL_CLOSE}`;
}

/** How a canonical call to this tool begins, up to the quote that ends the name; propensities are measured on it. */
export function callOpening(toolName: string): string {
  return `${CALL_OPEN}{"name":${JSON.stringify(toolName)}`;
}
