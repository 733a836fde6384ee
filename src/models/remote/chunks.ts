import { isObject, type StopReason, type Usage } from "../../protocol/index.ts";

/** A part of a structured tool call, as it is streamed. */
export interface CallPart {
  index: number;
  id: string | undefined;
  name: string;
  arguments: string;
}

/** What one message of a server adds. Everything in it is untrusted: what is not of the expected kind is not there. */
interface Chunk {
  text: string;
  calls: CallPart[];
  /** Why it ended, in our words; null while it goes on. */
  ended: StopReason | null;
  usage: Usage | null;
}

const REASONS: Record<string, StopReason> = {
  length: "length",
  max_tokens: "length",
  tool_calls: "tool_call",
  function_call: "tool_call",
};

/** Reads a message of `/completions` or `/chat/completions`, streamed or whole. */
export function readChunk(value: unknown): Chunk {
  const chunk = isObject(value) ? value : {};
  const [choice] = Array.isArray(chunk.choices) ? (chunk.choices as unknown[]) : [];
  const fields = isObject(choice) ? choice : {};
  const message = [fields.delta, fields.message].find(isObject) ?? {};
  const reason = fields.finish_reason;
  return {
    text: textOf(fields.text) + textOf(message.content),
    calls: (Array.isArray(message.tool_calls) ? message.tool_calls : []).flatMap(readCall),
    ended: typeof reason === "string" ? (Object.hasOwn(REASONS, reason) && REASONS[reason]) || "end" : null,
    usage: usageIn(chunk),
  };
}

function readCall(value: unknown, place: number): CallPart[] {
  if (!isObject(value) || !isObject(value.function)) return [];
  const { name, arguments: given } = value.function;
  return [
    {
      index: typeof value.index === "number" ? value.index : place,
      id: typeof value.id === "string" && value.id !== "" ? value.id : undefined,
      name: textOf(name),
      // Some servers send the object itself.
      arguments: isObject(given) ? JSON.stringify(given) : textOf(given),
    },
  ];
}

/** Tokens as OpenAI counts them, or as llama.cpp does beside each piece of text. */
function usageIn({ usage, timings }: Record<string, unknown>): Usage | null {
  if (isObject(usage)) {
    return { promptTokens: count(usage.prompt_tokens), completionTokens: count(usage.completion_tokens) };
  }
  if (!isObject(timings)) return null;
  return {
    promptTokens: count(timings.prompt_n) + count(timings.cache_n),
    completionTokens: count(timings.predicted_n),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function count(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
}
