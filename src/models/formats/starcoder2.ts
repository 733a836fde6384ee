import { breakHeadings } from "./deepseek-coder.ts";
import { breakTokens, type Template } from "./template.ts";

/** Its other control tokens, of the pretraining's files, issues, notebooks and pull requests; they have no bars. */
const TOKENS =
  /<((?:fim|repo|file|issue|jupyter|empty|code_to|intermediate_to|pr)_[a-z_]+|pr|NAME|EMAIL|KEY|PASSWORD)>/g;

/**
 * StarCoder2 3B is a base model: it has no chat template and only goes on with a text. Ours is the layout that its own
 * authors gave its instructed sibling (bigcode/starcoder2-15b-instruct-v0.1): headings without a colon, blank lines
 * between turns. As it was not trained to stop, a new `### Instruction` ends its turn as well.
 */
export const starcoder2: Template = {
  system: (content) => `${content}\n\n`,
  user: (content) => `### Instruction\n${content}\n\n`,
  assistant: (content) => `### Response\n${content}<|endoftext|>\n\n`,
  header: "### Response\n",
  ends: ["<|endoftext|>"],
  endTexts: ["\n### Instruction"],
  defuse: (content) => breakHeadings(breakTokens(content)).replace(TOKENS, "< $1>"),
};
