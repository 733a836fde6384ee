import type { PyodideAPI } from "pyodide";
import type { WorkerMessage } from "./messages.ts";

/** A short program's output goes out at once, so that it is there even if the program never ends; a flood in chunks. */
const AT_ONCE = 100;
const CHUNK_BYTES = 16384;

/**
 * Sends what the program writes, up to `limit` bytes of both streams together; then tells the page and drops the rest.
 * Returns a function that sends what is still held back.
 */
export function listenToOutput(python: PyodideAPI, limit: number, send: (message: WorkerMessage) => void): () => void {
  let left = limit;
  let writes = 0;
  const flushes: (() => void)[] = [];
  const listen = (stream: "stdout" | "stderr") => {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let used = 0;
    const flush = () => {
      if (used > 0) send({ type: "output", stream, bytes: buffer.slice(0, used) });
      used = 0;
    };
    flushes.push(flush);
    return {
      isatty: false,
      write: (bytes: Uint8Array): number => {
        if (left === 0) return bytes.length;
        const kept = bytes.subarray(0, left);
        left -= kept.length;
        if (used + kept.length > CHUNK_BYTES) flush();
        if (kept.length > CHUNK_BYTES) send({ type: "output", stream, bytes: kept.slice() });
        else {
          buffer.set(kept, used);
          used += kept.length;
        }
        if (writes++ < AT_ONCE || left === 0) flush();
        if (kept.length < bytes.length || left === 0) {
          left = 0;
          for (const each of flushes) each();
          send({ type: "limit", reason: "output" });
        }
        return bytes.length;
      },
    };
  };
  python.setStdout(listen("stdout"));
  python.setStderr(listen("stderr"));
  return () => flushes.forEach((flush) => flush());
}
