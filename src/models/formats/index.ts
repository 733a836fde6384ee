import type { ChatMessage, PromptFormatId, ToolSchema } from "../../protocol/index.ts";
import { chatml } from "./chatml.ts";
import { deepseekCoder } from "./deepseek-coder.ts";
import { phi3 } from "./phi3.ts";
import { starcoder2 } from "./starcoder2.ts";
import { partsOf, type PromptParts, type Template } from "./template.ts";

export { CALL_CLOSE, CALL_OPEN, callOpening, renderCall } from "./calls.ts";
export { systemPrompt } from "./tools.ts";
export type { PromptParts } from "./template.ts";

const FORMATS: Record<PromptFormatId, Template> = { chatml, phi3, "deepseek-coder": deepseekCoder, starcoder2 };

/** The prompt in the parts in which it is computed. */
export function promptParts(
  format: PromptFormatId,
  messages: readonly ChatMessage[],
  tools: readonly ToolSchema[],
): PromptParts {
  return partsOf(FORMATS[format], messages, tools);
}

/** The control tokens of a model's vocabulary that end an assistant's turn. */
export function turnEnds(format: PromptFormatId): readonly string[] {
  return FORMATS[format].ends;
}

/** Plain texts that end an assistant's turn as well: they begin what is not the assistant's to write. */
export function endTexts(format: PromptFormatId): readonly string[] {
  return FORMATS[format].endTexts ?? [];
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
