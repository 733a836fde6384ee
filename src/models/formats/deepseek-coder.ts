import { breakTokens, type Template } from "./template.ts";

/**
 * DeepSeek-Coder Instruct, after `chat_template` in its tokenizer_config.json (deepseek-ai/deepseek-coder-1.3b-instruct):
 * the system text stands alone at the start, turns begin with `### Instruction:` and `### Response:`, and `<|EOT|>` ends
 * the assistant's. The template glues a given system text to what follows; its own default text ends in a newline, and so
 * does ours. It renders no tools; the tokenizer adds the token that begins a text (`add_bos_token`).
 */
export const deepseekCoder: Template = {
  system: (content) => `${content}\n`,
  user: (content) => `### Instruction:\n${content}\n`,
  assistant: (content) => `### Response:\n${content}\n<|EOT|>\n`,
  header: "### Response:\n",
  ends: ["<|EOT|>"],
  defuse: (content) => breakHeadings(breakTokens(content)),
};

/** The headings that open a turn are plain text, which people can type. */
export function breakHeadings(content: string): string {
  return content.replace(/###(?=[ \t]*(?:Instruction|Response))/gi, "# ##");
}
