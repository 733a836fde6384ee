import type { SftRow, Turn } from "../../data/training/index.ts";
import { toJsonl } from "../parse.ts";
import { plainName, type DatasetExport } from "./export.ts";
import { trainingRows } from "./trl.ts";

/** OpenAI's chat messages: a call has an id, and its arguments are JSON text. */
export const chat: DatasetExport = {
  id: "chat",
  title: "OpenAI chat messages",
  extension: ".jsonl",
  needsResults: true,
  files: async (samples, options) => {
    const { rows } = await trainingRows("sft", samples, options);
    return [{ name: `${plainName(options.name)}.chat.jsonl`, text: toJsonl(rows.map(chatRow)) }];
  },
};

function chatRow({ messages, tools, sample_id, dataset_sha256 }: SftRow) {
  let calls = 0;
  return {
    messages: messages.map((turn) => {
      if (turn.role === "tool") return { role: "tool", tool_call_id: `call_${calls}`, content: turn.content };
      if (!turn.tool_calls) return { role: turn.role, content: turn.content };
      const tool_calls = turn.tool_calls.map(({ type, function: { name, arguments: given } }) => ({
        id: `call_${++calls}`,
        type,
        function: { name, arguments: JSON.stringify(given) },
      }));
      return { role: turn.role, content: turn.content || null, tool_calls };
    }),
    tools,
    metadata: { sample_id, dataset_sha256 },
  };
}

/** Hermes' conversations as its published dataset has them: tools in the system turn, calls and results in tags. */
export const hermes: DatasetExport = {
  id: "hermes",
  title: "Hermes function calling",
  extension: ".jsonl",
  needsResults: true,
  files: async (samples, options) => {
    const { rows } = await trainingRows("sft", samples, options);
    return [{ name: `${plainName(options.name)}.hermes.jsonl`, text: toJsonl(rows.map(hermesRow)) }];
  },
};

function hermesRow({ messages, tools, sample_id, dataset_sha256 }: SftRow) {
  const system = [
    "You may call functions to answer the user. Their signatures stand within <tools></tools>:",
    `<tools>\n${tools.map((tool) => JSON.stringify(tool)).join("\n")}\n</tools>`,
    'To call one, write:\n<tool_call>\n{"name": NAME, "arguments": {PARAMETER: VALUE}}\n</tool_call>',
  ].join("\n");
  const conversations = [{ from: "system", value: system }, ...messages.map(hermesTurn)];
  return { id: sample_id, conversations, tools: JSON.stringify(tools), dataset_sha256 };
}

function hermesTurn({ role, content, tool_calls = [] }: Turn) {
  if (role === "user") return { from: "human", value: content };
  if (role === "tool") {
    // What a tool printed must not be able to end its own tag.
    const shown = content.replaceAll("</tool_response>", "< /tool_response>");
    return { from: "tool", value: `<tool_response>\n${shown}\n</tool_response>` };
  }
  const calls = tool_calls.map(({ function: call }) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`);
  return { from: "gpt", value: [content, ...calls].filter(Boolean).join("\n") };
}
