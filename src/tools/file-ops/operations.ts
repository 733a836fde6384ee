import { firstOf } from "../../protocol/index.ts";
import { WorkspaceError } from "./errors.ts";
import { quote } from "./paths.ts";
import { bytesOf } from "./text.ts";
import type { Workspace } from "./workspace.ts";

export const OPERATIONS = ["read", "write", "append", "list", "delete", "move", "search"] as const;

/** The arguments of a call, checked against the tool's schema. */
export interface FileCall {
  operation: (typeof OPERATIONS)[number];
  path: string;
  content?: string;
  to?: string;
}

/** Lines of a list or a search; and characters in all, below what a model is shown of a result. */
const MOST_LINES = 50;
const MOST_CHARACTERS = 1800;
/** Characters of a line that was found. */
const LONGEST_LINE = 160;

/** Does what a call asks for and returns what the model is told. WorkspaceError: it cannot be done. */
export function operate(workspace: Workspace, { operation, path, content, to }: FileCall): string {
  switch (operation) {
    case "read":
      return workspace.read(path);
    case "write":
      workspace.write(path, needed(content, "write needs content: the text of the file"));
      return `wrote ${sized(workspace, path)}`;
    case "append":
      workspace.append(path, needed(content, "append needs content: the text to add"));
      return `appended to ${sized(workspace, path)}`;
    case "list":
      return atMost(
        workspace.list(path).map((file) => sized(workspace, file)),
        "files",
      );
    case "delete":
      workspace.delete(path);
      return `deleted ${path}`;
    case "move": {
      const target = needed(to, "move needs to: the new path of the file");
      workspace.move(path, target);
      return `moved ${path} to ${target}`;
    }
    case "search":
      return search(workspace, path, content);
  }
}

/** Lines that contain a text, as `path:line: text`. Upper and lower case differ; no patterns. */
function search(workspace: Workspace, path: string, content: string | undefined): string {
  const text = needed(content || undefined, "search needs content: the text to look for");
  if (text.includes("\n")) {
    throw new WorkspaceError("ContentError", `search looks within lines: ${quote(text)} has more than one`);
  }
  const found = workspace.list(path).flatMap((file) =>
    workspace
      .read(file)
      .split(/\r?\n/)
      .flatMap((line, i) => (line.includes(text) ? [`${file}:${i + 1}: ${start(line.trim())}`] : [])),
  );
  return atMost(found, "matches");
}

function needed(value: string | undefined, otherwise: string): string {
  if (value === undefined) throw new WorkspaceError("ContentError", otherwise);
  return value;
}

function sized(workspace: Workspace, path: string): string {
  return `${path} (${bytesOf(workspace.read(path))} bytes)`;
}

function start(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${firstOf(line, LONGEST_LINE)}…`;
}

/** As many lines as a model is shown, and how many there are beyond. */
function atMost(lines: string[], what: string): string {
  if (lines.length === 0) return `(no ${what})`;
  const shown: string[] = [];
  let characters = 0;
  for (const line of lines) {
    characters += line.length + 1;
    if (shown.length === MOST_LINES || characters > MOST_CHARACTERS) break;
    shown.push(line);
  }
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`… ${more} more ${what} are not shown`] : [])].join("\n");
}
