import type { PyodideAPI } from "pyodide";

/** What a program's files may take: they lie in JavaScript's memory, which the limit of the WebAssembly memory does not count. */
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
  dir: { node: { mknod(...of: unknown[]): unknown; unlink(folder: Node, name: string): void } };
}

/** Counts what is written from now on; beyond the quota a write fails, after `exceeded` was told. */
export function limitFiles(fs: PyodideAPI["FS"], exceeded: () => void): void {
  const { file, dir } = (fs.filesystems.MEMFS as { ops_table: Operations }).ops_table;
  const { setattr } = file.node;
  const { write } = file.stream;
  const { mknod, unlink } = dir.node;
  let bytes = 0;
  let files = 0;
  const take = (more: number, moreFiles: number) => {
    if (bytes + more > BYTES || files + moreFiles > FILES) {
      exceeded();
      throw new fs.ErrnoError(NO_SPACE);
    }
    bytes += more;
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
  dir.node.mknod = (...of) => {
    take(0, 1);
    return mknod(...of);
  };
  dir.node.unlink = (folder, name) => {
    take(-(folder.contents?.[name]?.usedBytes ?? 0), -1);
    unlink(folder, name);
  };
}
