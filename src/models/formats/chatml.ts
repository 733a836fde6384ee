import type { ChatMessage, ToolSchema } from "../../protocol/index.ts";
import { systemPrompt } from "./tools.ts";

const START = "<|im_start|>";
const END = "<|im_end|>";

/**
 * The prompt in two parts that are always tokenized and computed apart: the system turn, which every sample of a run
 * shares, and the rest up to the assistant's header (and prefill). Computing them apart in every request is what lets
 * the first part be kept without a sample's tokens depending on what ran before.
 */
export interface PromptParts {
  system: string;
  rest: string;
}

/** ChatML parts of a conversation. A leading system message replaces the task line; the tools are listed below it. */
export function chatmlParts(messages: readonly ChatMessage[], tools: readonly ToolSchema[]): PromptParts {
  const first = messages[0];
  const task = first?.role === "system" ? first.content : undefined;
  const turns = task === undefined ? messages : messages.slice(1);
  const system = turn("system", defuse(systemPrompt(tools, task)));
  return { system, rest: `${turns.map(renderTurn).join("")}${START}assistant\n` };
}

function renderTurn(message: ChatMessage): string {
  if (message.role === "assistant") return turn("assistant", message.content);
  if (message.role !== "tool") return turn(message.role, defuse(message.content));
  // Models of this family know no tool role: a result is told to them by the user's turn.
  const output = defuse(message.content).replaceAll("</tool_response>", "< /tool_response>");
  return turn("user", `<tool_response>${output}</tool_response>`);
}

function turn(role: string, content: string): string {
  return `${START}${role}\n${content}${END}\n`;
}

/** Text from people and tools must not be able to end its own turn: the control tokens in it become plain text. */
function defuse(content: string): string {
  return content.replace(/<\|(im_start|im_end|endoftext|pad)\|>/g, "<| $1 |>");
}
