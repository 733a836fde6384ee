import { breakTokens, type Template } from "./template.ts";

/**
 * Phi-3 and Phi-3.5, after `chat_template` in their tokenizer_config.json (microsoft/Phi-3-mini-4k-instruct):
 * `<|ROLE|>\nCONTENT<|end|>\n`, then `<|assistant|>\n`. It renders no tools. The tokenizer adds `<s>` itself where it is
 * to stand.
 */
export const phi3: Template = {
  system: (content) => `<|system|>\n${content}<|end|>\n`,
  user: (content) => `<|user|>\n${content}<|end|>\n`,
  assistant: (content) => `<|assistant|>\n${content}<|end|>\n`,
  header: "<|assistant|>\n",
  ends: ["<|end|>", "<|endoftext|>"],
  // `<s>` and `</s>` are control tokens here, as in every tokenizer of Llama 2's kind.
  defuse: (content) => breakTokens(content).replace(/<(\/?(?:s|unk))>/g, "< $1>"),
};
