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

/** Text files below `directory` that are new or differ from `before`, in the order of their paths. */
export function collectFiles(
  fs: FileSystem,
  directory: string,
  before: Record<string, string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let count = 0;
  let bytes = 0;
  const visit = (folder: string) => {
    for (const name of (fs.readdir(folder) as string[]).sort()) {
      if (name === "." || name === "..") continue;
      const path = `${folder}/${name}`;
      const { mode, size } = fs.lstat(path) as { mode: number; size: number };
      if (fs.isDir(mode)) visit(path);
      else if (fs.isFile(mode) && count < COLLECTED_FILES && bytes + size <= COLLECTED_BYTES) {
        const text = textOf(fs.readFile(path) as Uint8Array);
        const relative = path.slice(directory.length + 1);
        if (text === null || before[relative] === text) continue;
        found[relative] = text;
        count += 1;
        bytes += size;
      }
    }
  };
  const textOf = (content: Uint8Array): string | null => {
    try {
      return decoder.decode(content);
    } catch {
      return null; // not text
    }
  };
  visit(directory);
  return found;
}

/** Bytes that a program may write into files: they lie outside the WebAssembly memory and its limit. */
const DISK_BYTES = 32 << 20;

/** Refuses files beyond the limit with "No space left on device", after telling `exceeded`. */
export function limitFiles(fs: FileSystem, exceeded: () => void): void {
  const memfs = fs.filesystems.MEMFS as { expandFileStorage(node: FileNode, capacity: number): void };
  const expand = memfs.expandFileStorage;
  let used = 0;
  memfs.expandFileStorage = (node, capacity) => {
    const before = node.contents?.length ?? 0;
    if (used + Math.max(0, capacity - before) > DISK_BYTES) {
      exceeded();
      throw new fs.ErrnoError(NO_SPACE);
    }
    expand.call(memfs, node, capacity);
    used += (node.contents?.length ?? 0) - before;
  };
}

interface FileNode {
  contents?: Uint8Array;
}

/** ENOSPC in Emscripten's numbering. */
const NO_SPACE = 51;
