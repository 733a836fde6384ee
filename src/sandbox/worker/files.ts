import type { PyodideAPI } from "pyodide";

type FileSystem = PyodideAPI["FS"];

/** Files that go back to the page: at most this many, and this many bytes together. */
const COLLECTED_FILES = 100;
const COLLECTED_BYTES = 1 << 20;

/** Writes texts below `directory`, with the folders on the way. */
export function writeFiles(fs: FileSystem, directory: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = `${directory}/${path}`;
    fs.mkdirTree(whole.slice(0, whole.lastIndexOf("/")));
    fs.writeFile(whole, text);
  }
}

/** Text files below `directory` that are new or differ from `before`, by path, as far as the limits above go. */
export function collectFiles(
  fs: FileSystem,
  directory: string,
  before: Record<string, string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  let files = 0;
  let bytes = 0;
  for (const path of pathsBelow(fs, directory)) {
    const { size } = fs.lstat(path) as { size: number };
    if (files === COLLECTED_FILES || bytes + size > COLLECTED_BYTES) continue;
    const text = textOf(fs.readFile(path) as Uint8Array);
    const relative = path.slice(directory.length + 1);
    if (text === null || before[relative] === text) continue;
    found[relative] = text;
    files += 1;
    bytes += size;
  }
  return found;
}

/** Regular files, in the order of their names; links are not followed. */
function pathsBelow(fs: FileSystem, folder: string): string[] {
  const names = (fs.readdir(folder) as string[]).filter((name) => name !== "." && name !== ".." && name !== CACHE);
  return names.sort().flatMap((name) => {
    const path = `${folder}/${name}`;
    const { mode } = fs.lstat(path) as { mode: number };
    if (fs.isDir(mode)) return pathsBelow(fs, path);
    return fs.isFile(mode) ? [path] : [];
  });
}

const CACHE = "__pycache__";

/** null: the bytes are no text. */
function textOf(content: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}
