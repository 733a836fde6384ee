import type { ChatMessage, ToolSchema } from "../../protocol/index.ts";
import { systemPrompt } from "./tools.ts";

/**
 * The prompt in two parts that are always tokenized and computed apart: the system turn, which every sample of a run
 * shares, and the rest up to the assistant's header (and prefill). Computing them apart in every request is what lets
 * the first part be kept without a sample's tokens depending on what ran before.
 */
export interface PromptParts {
  system: string;
  rest: string;
}

/** How a family of models writes a conversation as text. */
export interface Template {
  system(content: string): string;
  user(content: string): string;
  assistant(content: string): string;
  /** What the assistant's turn begins with. */
  header: string;
  /** The control tokens that end it; the first one is what the family is trained to write. */
  ends: readonly string[];
  /** Plain texts that end it, for a model that was not trained to stop. */
  endTexts?: readonly string[];
  /** Text from people and tools must not be able to open or close a turn: what would becomes plain text. */
  defuse(content: string): string;
}

/** A conversation in a family's own form. A leading system message replaces the task line; the tools are listed below it. */
export function partsOf(
  template: Template,
  messages: readonly ChatMessage[],
  tools: readonly ToolSchema[],
): PromptParts {
  const first = messages[0];
  const task = first?.role === "system" ? first.content : undefined;
  const turns = task === undefined ? messages : messages.slice(1);
  const system = template.system(template.defuse(systemPrompt(tools, task)));
  return { system, rest: `${turns.map((message) => turnOf(template, message)).join("")}${template.header}` };
}

function turnOf(template: Template, { role, content }: ChatMessage): string {
  if (role === "assistant") return template.assistant(content);
  const safe = template.defuse(content);
  if (role === "system") return template.system(safe);
  if (role === "user") return template.user(safe);
  // Models of these families know no tool role: a result is told to them by the user's turn.
  return template.user(`<tool_response>${safe.replaceAll("</tool_response>", "< /tool_response>")}</tool_response>`);
}

/** Writes control tokens such as `<|end|>` apart. */
export function breakTokens(content: string): string {
  return content.replace(/<([|｜])([^<>|｜]+)([|｜])>/g, "<$1 $2 $3>");
}
