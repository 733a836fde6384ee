import type { Template } from "./template.ts";

const START = "<|im_start|>";
const END = "<|im_end|>";

/** ChatML, as Qwen2.5, SmolLM2 and nano have it. */
export const chatml: Template = {
  system: (content) => turn("system", content),
  user: (content) => turn("user", content),
  assistant: (content) => turn("assistant", content),
  header: `${START}assistant\n`,
  ends: [END],
  defuse: (content) => content.replace(/<\|(im_start|im_end|endoftext|pad)\|>/g, "<| $1 |>"),
};

function turn(role: string, content: string): string {
  return `${START}${role}\n${content}${END}\n`;
}
