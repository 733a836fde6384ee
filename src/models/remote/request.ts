import type { GenerateRequest, PromptFormatId } from "../../protocol/index.ts";
import { renderPrompt } from "../formats/index.ts";
import { chatBody } from "./chat.ts";
import type { Connection } from "./connection.ts";
import type { Introduction, ServerKind } from "./identity.ts";

/**
 * What a server does unless told otherwise, and we do not: vLLM takes top-k and a penalty from the model's files, at
 * temperature 0 as well; llama.cpp cuts at its own top-k and min-p. Others refuse fields that they do not know.
 */
const PLAIN: Record<ServerKind, object> = {
  vllm: { top_k: -1, min_p: 0, repetition_penalty: 1 },
  llamacpp: { top_k: -1, min_p: 0, repeat_penalty: 1, timings_per_token: true },
  ollama: {},
  other: {},
};

/** Where a request goes, and its body. */
export function bodyOf(
  { endpoint, url }: Connection,
  { kind, marker }: Introduction,
  format: PromptFormatId,
  request: GenerateRequest,
): { url: string; body: object } {
  const { messages, tools, prefill, banned = [], maxTokens, temperature, topP, topK, seed } = request;
  const common = {
    model: endpoint.model,
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    // Some servers keep it in 32 bits, of which llama.cpp takes the largest for "any".
    seed: seed & 0x7fffffff,
    stream: true,
    stream_options: { include_usage: true, ...(kind === "vllm" && { continuous_usage_stats: true }) },
    ...PLAIN[kind],
    // Only asked of those that know it: see the capability.
    ...(topK !== undefined && { top_k: topK }),
  };
  if (endpoint.api === "chat") {
    return { url: `${url}/chat/completions`, body: { ...common, ...chatBody(messages, tools) } };
  }
  return {
    url: `${url}/completions`,
    body: {
      ...common,
      prompt: renderPrompt(format, messages, tools, prefill),
      ...(banned.length > 0 && marker !== null && { logit_bias: { [marker]: -100 } }),
    },
  };
}
