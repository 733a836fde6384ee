import { isObject, type ToolCall } from "../protocol/index.ts";
import { CALL_CLOSE, CALL_OPEN } from "../models/index.ts";

/** One call in a turn. `raw` is its text with both markers; `end` is where it ends in the turn. */
export interface ParsedCall {
  call: ToolCall;
  raw: string;
  end: number;
}

/** What a turn says: text, calls, or an attempt at a call that cannot be read. */
export interface ParsedTurn {
  /** Text before the first call or attempt; the whole text when there is neither. */
  before: string;
  calls: ParsedCall[];
  /** Why the first attempt cannot be read, in one sentence; null when every call can. */
  malformed: { reason: string; raw: string } | null;
}

/**
 * Reads a turn: the canonical form and Hermes' with spaces and line breaks. Total: every text has a reading. Calls after
 * a malformed one are not read, because what the model meant is no longer certain.
 */
export function parseTurn(text: string): ParsedTurn {
  const first = text.indexOf(CALL_OPEN);
  if (first < 0) return withoutMarker(text);
  const turn: ParsedTurn = { before: text.slice(0, first), calls: [], malformed: null };
  for (let start = first; start >= 0;) {
    const close = text.indexOf(CALL_CLOSE, start + CALL_OPEN.length);
    const end = close < 0 ? text.length : close + CALL_CLOSE.length;
    const raw = text.slice(start, end);
    const body = text.slice(start + CALL_OPEN.length, close < 0 ? text.length : close);
    const read = close < 0 ? `The call is not closed by ${CALL_CLOSE}.` : readCall(body);
    if (typeof read === "string") return { ...turn, malformed: { reason: read, raw } };
    turn.calls.push({ call: read, raw, end });
    start = text.indexOf(CALL_OPEN, end);
  }
  return turn;
}

/** Without the opening marker there is no call; a closing marker or a bare call object is an attempt at one. */
function withoutMarker(text: string): ParsedTurn {
  const close = text.indexOf(CALL_CLOSE);
  if (close >= 0) {
    const reason = `${CALL_CLOSE} stands without ${CALL_OPEN}.`;
    return { before: "", calls: [], malformed: { reason, raw: text.slice(0, close + CALL_CLOSE.length) } };
  }
  const trimmed = text.trim();
  const bare = trimmed.startsWith("{") && /"arguments"\s*:/.test(trimmed) && typeof readCall(trimmed) !== "string";
  if (!bare) return { before: text, calls: [], malformed: null };
  return { before: "", calls: [], malformed: { reason: `The call stands without ${CALL_OPEN}.`, raw: text } };
}

/** The call in a body, or why there is none. */
function readCall(body: string): ToolCall | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "The call is not valid JSON.";
  }
  if (!isObject(value)) return "The call is not a JSON object.";
  const { name, arguments: given = {} } = value;
  if (typeof name !== "string" || name === "") return 'The call has no "name".';
  if (!isObject(given)) return '"arguments" is not a JSON object.';
  return { name, arguments: given };
}
