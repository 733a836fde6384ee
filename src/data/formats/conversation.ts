import { isObject, UserError, type ToolCall } from "../../protocol/index.ts";
import { shown } from "./shape.ts";

/** What the first question of a conversation led to. */
export interface Conversation {
  /** The last user's turn before the assistant's first. */
  prompt: string;
  /** The calls up to the next user's turn, in order. */
  calls: ToolCall[];
  /** What the tools gave back. */
  results: string[];
  /** The last answer without a call; null where there is none. */
  answer: string | null;
}

interface Message {
  role: string;
  content: unknown;
  calls: unknown[];
}

/**
 * The conversation of a row: `messages` (OpenAI's chat rows, TRL's SFT), or `prompt` with `completion` or `chosen` (TRL's
 * DPO), where each may be a text or a list of messages. UserError: it is none.
 */
export function readConversation(row: Record<string, unknown>): Conversation {
  const messages = messagesOf(row);
  const first = messages.findIndex(({ role }) => role === "assistant");
  if (first < 0) throw new UserError("there is no assistant's turn that could be a label");
  const user = messages.slice(0, first).findLast(({ role }) => role === "user");
  if (!user) throw new UserError("there is no user's turn before the assistant's");
  const next = messages.findIndex(({ role }, i) => i > first && role === "user");
  const turns = messages.slice(first, next < 0 ? undefined : next);
  const answers = turns.filter(({ role, calls, content }) => role === "assistant" && calls.length === 0 && content);
  const last = answers.at(-1);
  return {
    prompt: textOf(user.content),
    calls: turns.flatMap(({ calls }) => calls.map(callOf)),
    results: turns.flatMap(({ role, content }) => (role === "tool" ? [textOf(content)] : [])),
    answer: last ? textOf(last.content) : null,
  };
}

function messagesOf(row: Record<string, unknown>): Message[] {
  if (row["messages"] !== undefined) return turnsOf(row["messages"], "user");
  const answer = row["chosen"] ?? row["completion"];
  const asked = row["prompt"] === undefined || row["prompt"] === null ? [] : turnsOf(row["prompt"], "user");
  return [...asked, ...turnsOf(answer, "assistant")];
}

function turnsOf(value: unknown, role: string): Message[] {
  if (typeof value === "string") return [{ role, content: value, calls: [] }];
  if (!Array.isArray(value)) throw new UserError(`${shown(value)} is not a list of messages`);
  return value.map((message: unknown) => {
    if (!isObject(message) || typeof message["role"] !== "string") throw new UserError("a message has no role");
    const calls = Array.isArray(message["tool_calls"]) ? (message["tool_calls"] as unknown[]) : [];
    return { role: message["role"], content: message["content"], calls };
  });
}

/** A message's text: a text, or a list of parts that are texts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? (content as unknown[]) : [null];
  return parts
    .map((part) => {
      if (isObject(part) && typeof part["text"] === "string") return part["text"];
      throw new UserError("a message has content that is not text");
    })
    .join("");
}

/** `arguments` is an object, or as OpenAI writes it a JSON text of one. */
function callOf(entry: unknown): ToolCall {
  const call = isObject(entry) && isObject(entry["function"]) ? entry["function"] : entry;
  if (!isObject(call) || typeof call["name"] !== "string") throw new UserError("a tool call has no name");
  const args = typeof call["arguments"] === "string" ? parsed(call["arguments"]) : (call["arguments"] ?? {});
  if (!isObject(args)) throw new UserError(`the arguments of the call to ${shown(call["name"])} are not an object`);
  return { name: call["name"], arguments: args };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
