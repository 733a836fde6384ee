import type { FileChange } from "../../protocol/index.ts";
import { WorkspaceError } from "./errors.ts";
import { filePath, folderPath, foldersOf, quote } from "./paths.ts";
import { bytesOf } from "./text.ts";

/** What a workspace may hold. */
export interface WorkspaceLimits {
  files: number;
  /** Bytes of one file, as UTF-8. */
  fileBytes: number;
  /** Bytes of all files together. */
  bytes: number;
}

/** No more than a sandbox hands back of what a program wrote, so that one program can rewrite a whole workspace. */
export const WORKSPACE_LIMITS: WorkspaceLimits = { files: 100, fileBytes: 256 * 1024, bytes: 1024 * 1024 };

/** The files of a workspace at one moment: path -> text. */
export type Snapshot = ReadonlyMap<string, string>;

/**
 * Text files in memory, for one sample. Folders are there because files are in them. Every method throws a
 * WorkspaceError, and changes nothing, where a path breaks the rules, a file is not there, or a limit would be passed.
 */
export class Workspace {
  private texts = new Map<string, string>();

  constructor(
    files: Readonly<Record<string, string>> = {},
    private readonly limits: WorkspaceLimits = WORKSPACE_LIMITS,
  ) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  read(path: string): string {
    const text = this.texts.get(filePath(path));
    if (text !== undefined) return text;
    if (isFolder(this.texts, path)) {
      throw new WorkspaceError("IsADirectoryError", `${quote(path)} is a folder: name a file in it`);
    }
    throw new WorkspaceError("FileNotFoundError", `there is no file ${quote(path)}: list shows what there is`);
  }

  /** Makes a file or replaces its text; folders on the way come by themselves. */
  write(path: string, text: string): void {
    // Half a surrogate pair has no UTF-8: it would not come back from a program as it went in.
    if (/\p{Cs}/u.test(text)) throw new WorkspaceError("ContentError", `the text for ${quote(path)} is not Unicode`);
    this.become(new Map(this.texts).set(filePath(path), text), path);
  }

  /** Adds to the end of a file; makes it where there is none. */
  append(path: string, text: string): void {
    this.write(path, (this.texts.get(path) ?? "") + text);
  }

  delete(path: string): void {
    this.read(path);
    this.texts.delete(path);
  }

  /** Gives a file another path, at which nothing may be yet. */
  move(path: string, to: string): void {
    const text = this.read(path);
    if (this.texts.has(filePath(to))) {
      throw new WorkspaceError("FileExistsError", `there is a file ${quote(to)} already: delete it first`);
    }
    const next = new Map(this.texts);
    next.delete(path);
    this.become(next.set(to, text), to);
  }

  /** The paths below a folder ("." is the workspace), or the one of a file, sorted. */
  list(path: string): string[] {
    const folder = folderPath(path);
    if (this.texts.has(folder)) return [folder];
    const found = [...this.texts.keys()].filter((file) => folder === "" || file.startsWith(`${folder}/`));
    if (found.length === 0 && folder !== "") {
      throw new WorkspaceError("FileNotFoundError", `there is no folder ${quote(path)}: list . shows what there is`);
    }
    return found.sort();
  }

  /** All files, path -> text, sorted by path. */
  files(): Record<string, string> {
    return Object.fromEntries(this.list(".").map((path) => [path, this.read(path)]));
  }

  snapshot(): Snapshot {
    return new Map(this.texts);
  }

  /** Goes back to how the workspace was. */
  restore(snapshot: Snapshot): void {
    this.texts = new Map(snapshot);
  }

  /** What is different from then, sorted by path; nothing for a file that was changed and changed back. */
  changesSince(snapshot: Snapshot): FileChange[] {
    return [...new Set([...snapshot.keys(), ...this.texts.keys()])].sort().flatMap((path) => {
      const before = snapshot.get(path) ?? null;
      const after = this.texts.get(path) ?? null;
      return before === after ? [] : [{ path, before, after }];
    });
  }

  /** Takes files as its own, of which the one at `path` is new there or has a new text. */
  private become(next: Map<string, string>, path: string): void {
    assertPlace(next, path);
    const { files, fileBytes, bytes } = this.limits;
    const own = bytesOf(next.get(path) ?? "");
    if (own > fileBytes) {
      throw new WorkspaceError("QuotaError", `a file has at most ${fileBytes} bytes; ${quote(path)} would have ${own}`);
    }
    if (next.size > files) {
      throw new WorkspaceError("QuotaError", `the workspace has at most ${files} files, and has ${this.texts.size}`);
    }
    const whole = [...next.values()].reduce((total, text) => total + bytesOf(text), 0);
    if (whole > bytes) {
      throw new WorkspaceError("QuotaError", `the workspace has at most ${bytes} bytes, and would have ${whole}`);
    }
    this.texts = next;
  }
}

/** A name is a file's or a folder's, never both: a program could not be given such files. */
function assertPlace(files: Snapshot, path: string): void {
  const file = foldersOf(path).find((folder) => files.has(folder));
  if (file !== undefined) {
    throw new WorkspaceError("NotADirectoryError", `${quote(file)} is a file: ${quote(path)} cannot be in it`);
  }
  if (isFolder(files, path)) {
    throw new WorkspaceError("IsADirectoryError", `${quote(path)} is a folder: give the file another name`);
  }
}

function isFolder(files: Snapshot, path: string): boolean {
  return [...files.keys()].some((file) => file.startsWith(`${path}/`));
}
