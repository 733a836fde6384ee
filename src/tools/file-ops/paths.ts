import { WorkspaceError } from "./errors.ts";
import { bytesOf } from "./text.ts";

/** Bytes of a path as UTF-8: below what any file system takes as one name. */
const LONGEST = 200;
/** Parts of a path. */
const DEEPEST = 8;

/**
 * What must not stand in a path: control characters (NUL among them), halves of surrogate pairs, which UTF-8 has not,
 * and what breaks or reorders the line in which a path is shown.
 */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** The path of a file, as it is: a file has one name only. WorkspaceError: it breaks a rule. */
export function filePath(path: string): string {
  const fault = faultOf(path);
  if (fault !== null) throw new WorkspaceError("PathError", `the path ${quote(path)} ${fault}`);
  return path;
}

/** The path of a folder; "." is the workspace itself and becomes "". WorkspaceError: it breaks a rule. */
export function folderPath(path: string): string {
  return path === "." ? "" : filePath(path);
}

/** The folders on the way to a file: `a` and `a/b` of `a/b/c.txt`. */
export function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

function faultOf(path: string): string | null {
  if (path === "") return "is empty: give one such as data/notes.txt";
  if (bytesOf(path) > LONGEST) return `is longer than ${LONGEST} bytes: give a shorter one`;
  if (path.includes("\\")) return "has a backslash: separate folders with /";
  if (UNSEEN.test(path)) return "has a character that cannot be seen: leave it out";
  if (path.startsWith("/")) return "is absolute: give one that starts in the workspace, such as data/notes.txt";
  const parts = path.split("/");
  if (parts.includes("..")) return "has the part ..: give one that stays in the workspace";
  if (parts.includes(".")) return "has the part .: leave it out";
  if (parts.includes("")) return "has an empty part: write one / between two names and none at the end";
  if (parts.length > DEEPEST) return `is deeper than ${DEEPEST} parts: use fewer folders`;
  return null;
}

/** A path of any kind in a sentence: short, on one line, and with what cannot be seen written out. */
export function quote(path: string): string {
  const short = path.length <= 60 ? path : `${path.slice(0, 59)}…`;
  return JSON.stringify(short).replace(new RegExp(UNSEEN, "gu"), (unseen) => {
    return `\\u${unseen.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
