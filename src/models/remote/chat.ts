import { isObject, type ChatMessage, type ToolSchema } from "../../protocol/index.ts";
import { CALL_CLOSE, CALL_OPEN, renderCall, systemPrompt } from "../formats/index.ts";
import type { CallPart } from "./chunks.ts";

interface RemoteMessage {
  role: string;
  content: string | null;
  tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/** What a chat API is asked: the task's line as our own prompts have it, the turns, and the tools as structures. */
export function chatBody(messages: readonly ChatMessage[], tools: readonly ToolSchema[]): object {
  const [first] = messages;
  const task = first?.role === "system" ? [] : [{ role: "system", content: taskLine(tools) }];
  return {
    messages: [...task, ...structured(messages)],
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function",
        function: { name, description, parameters },
      })),
    }),
  };
}

function taskLine(tools: readonly ToolSchema[]): string {
  return systemPrompt(tools).split("\n", 1)[0]!;
}

/** Our turns as a chat API has them: a call's text becomes a structured call, and its result names it. */
function structured(messages: readonly ChatMessage[]): RemoteMessage[] {
  let calls = 0;
  return messages.map(({ role, content }) => {
    if (role === "tool" && calls > 0) return { role, content, tool_call_id: `call_${calls}` };
    const call = role === "assistant" ? readCall(content) : null;
    if (!call) return { role: role === "tool" ? "user" : role, content };
    const { before, name, given } = call;
    return {
      role,
      content: before || null,
      tool_calls: [
        { id: `call_${++calls}`, type: "function", function: { name, arguments: JSON.stringify(given ?? {}) } },
      ],
    };
  });
}

/** The call at the end of an assistant's turn: it was run, so it can be read. */
function readCall(content: string): { before: string; name: string; given: unknown } | null {
  const start = content.indexOf(CALL_OPEN);
  const end = content.lastIndexOf(CALL_CLOSE);
  if (start < 0 || end < start) return null;
  const value = read(content.slice(start + CALL_OPEN.length, end));
  if (!isObject(value) || typeof value.name !== "string") return null;
  return { before: content.slice(0, start).trim(), name: value.name, given: value.arguments };
}

/** Structured calls while they are streamed. */
export class Calls {
  private readonly parts: CallPart[] = [];

  add(part: CallPart): void {
    const open = this.parts.findLast(({ index }) => index === part.index);
    // Several whole calls may come with one index.
    if (!open || (part.id !== undefined && open.id !== undefined && part.id !== open.id)) this.parts.push({ ...part });
    else {
      open.name += part.name;
      open.arguments += part.arguments;
    }
  }

  /** The calls in the canonical text, which the one parser reads. Arguments that are no object stay as they are: malformed. */
  render(): string {
    return this.parts.map(({ name, arguments: given }) => renderPart(name, given)).join("");
  }
}

function renderPart(name: string, given: string): string {
  const value = given.trim() === "" ? {} : read(given);
  const text = isObject(value)
    ? renderCall({ name, arguments: value })
    : `${CALL_OPEN}{"name":${JSON.stringify(name)},"arguments":${given}}${CALL_CLOSE}`;
  // The closing marker can only stand in a string there, where this means the same and does not end the call.
  return text.slice(0, -CALL_CLOSE.length).replaceAll(CALL_CLOSE, "<\\/tool_call>") + CALL_CLOSE;
}

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
