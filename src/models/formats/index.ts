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

/**
 * The ids that end an assistant's turn: what the model's own files name, and the format's control tokens.
 * @param named numbers or lists of them, as its configuration has them; anything else is no id
 * @param idOf the id of a control token in the model's vocabulary
 */
export function endIds(
  format: PromptFormatId,
  named: readonly unknown[],
  idOf: (token: string) => number | undefined,
): number[] {
  const ids = [...named.flat(), ...FORMATS[format].ends.map(idOf)];
  return [...new Set(ids.filter((id) => typeof id === "number"))];
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
