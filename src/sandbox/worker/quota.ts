import type { PyodideAPI } from "pyodide";

/** What a program's files may take. They lie in JavaScript's memory, which the maximum of the WebAssembly memory does not count. */
const BYTES = 32 << 20;
const FILES = 10_000;
/** ENOSPC, "No space left on device", in Emscripten's numbering. */
const NO_SPACE = 51;

interface Node {
  usedBytes?: number;
  contents?: Record<string, Node>;
}

/** The tables through which Emscripten's memory file system does everything; all its nodes share them. */
interface Operations {
  file: {
    node: { setattr(node: Node, attributes: { size?: number }): void };
    stream: { write(stream: { node: Node }, bytes: unknown, offset: number, length: number, position: number): number };
  };
  dir: {
    node: {
      mknod(folder: Node, name: string, ...rest: unknown[]): unknown;
      symlink(folder: Node, name: string, target: string): unknown;
      unlink(folder: Node, name: string): void;
    };
  };
}

/** What a program allocates above the image, on Python's heap and in its files together. Bytes. */
export class Budget {
  private limit = Infinity;
  private files = 0;
  private heapBefore = 0;
  private heap = () => 0;

  /** Counts from now on. */
  begin(limit: number, heap: () => number): void {
    this.limit = limit;
    this.heap = heap;
    this.heapBefore = heap();
  }

  /** Refuses the heap (`emscripten_resize_heap` takes its new size) what the files have taken already. */
  wrap(systemCalls: Record<string, WebAssembly.ImportValue>): void {
    const resize = systemCalls["emscripten_resize_heap"] as ((size: number) => number) & { sig?: string };
    const limited: typeof resize = (size) =>
      (size >>> 0) - this.heapBefore + this.files > this.limit ? 0 : resize(size);
    systemCalls["emscripten_resize_heap"] = Object.assign(limited, { sig: resize.sig });
  }

  /** Takes room for files, or gives it back; says whether there was room. */
  take(bytes: number): boolean {
    const files = this.files + bytes;
    if (bytes > 0 && (files > BYTES || files + this.heap() - this.heapBefore > this.limit)) return false;
    this.files = files;
    return true;
  }
}

/** Counts what is written from now on; beyond the quota a write fails, after `exceeded` was told. */
export function limitFiles(fs: PyodideAPI["FS"], budget: Budget, exceeded: () => void): void {
  const { file, dir } = (fs.filesystems.MEMFS as { ops_table: Operations }).ops_table;
  const { setattr } = file.node;
  const { write } = file.stream;
  const { mknod, symlink, unlink } = dir.node;
  let files = 0;
  const take = (bytes: number, moreFiles: number) => {
    if (files + moreFiles > FILES || !budget.take(bytes)) {
      exceeded();
      throw new fs.ErrnoError(NO_SPACE);
    }
    files += moreFiles;
  };
  file.stream.write = (stream, content, offset, length, position) => {
    take(Math.max(0, position + length - (stream.node.usedBytes ?? 0)), 0);
    return write(stream, content, offset, length, position);
  };
  file.node.setattr = (node, attributes) => {
    if (attributes.size !== undefined) take(attributes.size - (node.usedBytes ?? 0), 0);
    setattr(node, attributes);
  };
  dir.node.mknod = (folder, name, ...rest) => {
    take(name.length, 1);
    return mknod(folder, name, ...rest);
  };
  dir.node.symlink = (folder, name, target) => {
    take(name.length + target.length, 1);
    return symlink(folder, name, target);
  };
  dir.node.unlink = (folder, name) => {
    take(-(folder.contents?.[name]?.usedBytes ?? 0) - name.length, -1);
    unlink(folder, name);
  };
}
