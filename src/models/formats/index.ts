import type { ChatMessage, PromptFormatId, ToolSchema } from "../../protocol/index.ts";
import { chatmlParts, type PromptParts } from "./chatml.ts";

export { CALL_CLOSE, CALL_OPEN, callOpening, renderCall } from "./calls.ts";
export { systemPrompt } from "./tools.ts";
export type { PromptParts } from "./chatml.ts";

const FORMATS: Record<PromptFormatId, (messages: readonly ChatMessage[], tools: readonly ToolSchema[]) => PromptParts> =
  { chatml: chatmlParts };

/** The prompt in the parts in which it is computed. */
export function promptParts(
  format: PromptFormatId,
  messages: readonly ChatMessage[],
  tools: readonly ToolSchema[],
): PromptParts {
  return FORMATS[format](messages, tools);
}

/** The whole prompt as text, up to where the model goes on. */
export function renderPrompt(
  format: PromptFormatId,
  messages: readonly ChatMessage[],
  tools: readonly ToolSchema[],
  prefill = "",
): string {
  const { system, rest } = promptParts(format, messages, tools);
  return system + rest + prefill;
}
