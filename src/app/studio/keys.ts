import { TOOL_NAMES } from "../../protocol/index.ts";

/** What a key does among the rows. */
export type Action =
  | { do: "move"; by: number }
  | { do: "set"; field: string; value: string }
  | { do: "flag" }
  | { do: "open" | "close" | "undo" | "redo" | "help" | "search" };

/** The labels that the digits set, from 1. */
export const DIGITS = ["none", ...TOOL_NAMES] as const;

const KEYS: Record<string, Action> = {
  j: { do: "move", by: 1 },
  k: { do: "move", by: -1 },
  ArrowDown: { do: "move", by: 1 },
  ArrowUp: { do: "move", by: -1 },
  PageDown: { do: "move", by: 10 },
  PageUp: { do: "move", by: -10 },
  Home: { do: "move", by: -Infinity },
  End: { do: "move", by: Infinity },
  Enter: { do: "open" },
  Escape: { do: "close" },
  x: { do: "flag" },
  e: { do: "set", field: "difficulty", value: "easy" },
  m: { do: "set", field: "difficulty", value: "medium" },
  h: { do: "set", field: "difficulty", value: "hard" },
  "?": { do: "help" },
  "/": { do: "search" },
  ...Object.fromEntries(DIGITS.map((value, i) => [`${i + 1}`, { do: "set", field: "optimal_tool", value } as const])),
};

type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "target" | "defaultPrevented"
>;

/** What a pressed key asks for; null: nothing, as it is somebody's who is typing or another control's. */
export function actionOf(event: Pressed): Action | null {
  if (event.defaultPrevented || event.altKey) return null;
  const target = event.target instanceof Element ? event.target : null;
  const typing = target?.closest("input, textarea, select, [contenteditable]") !== null && target !== null;
  if (typing) return event.key === "Escape" ? { do: "close" } : null;
  if (event.ctrlKey || event.metaKey) {
    const key = event.key.toLowerCase();
    if (key === "y" && !event.shiftKey) return { do: "redo" };
    return key === "z" ? { do: event.shiftKey ? "redo" : "undo" } : null;
  }
  const action = Object.hasOwn(KEYS, event.key) ? KEYS[event.key]! : null;
  // Buttons, links and other scrolling places keep the keys that are theirs.
  const grid = target?.closest('[role="grid"]');
  const theirs = ["Enter", "Home", "End", "PageUp", "PageDown", "ArrowUp", "ArrowDown"].includes(event.key);
  const control = target?.closest("a, button, summary, [tabindex]");
  return action && theirs && control && control !== grid && control.id !== "main" ? null : action;
}
