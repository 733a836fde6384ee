import type { PyodideAPI } from "pyodide";
import type { WorkerMessage } from "./messages.ts";

/** A short program's output goes out at once, so that it is there even if the program never ends; a flood in chunks. */
const AT_ONCE = 100;
const CHUNK_BYTES = 16384;

/** What a program writes on both streams, sent on as it comes and counted against one limit. */
export class Output {
  private left: number;
  private writes = 0;
  private readonly buffers = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  private held = 0;
  private readonly send: (message: WorkerMessage) => void;

  /** `limit`: bytes of both streams and the value together. Beyond it the page is told and the rest is dropped. */
  constructor(python: PyodideAPI, limit: number, send: (message: WorkerMessage) => void) {
    this.left = limit;
    this.send = send;
    python.setStdout({ isatty: false, write: (bytes) => this.write("stdout", bytes) });
    python.setStderr({ isatty: false, write: (bytes) => this.write("stderr", bytes) });
  }

  /** Counts bytes that go another way; says whether there is room for them. */
  take(bytes: number): boolean {
    if (this.left < 0) return false;
    this.left -= bytes;
    if (this.left < 0) {
      this.flush();
      this.send({ type: "limit", reason: "output" });
    }
    return this.left >= 0;
  }

  /** Sends what is still held back. */
  flush(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      for (const bytes of this.buffers[stream]) this.send({ type: "output", stream, bytes });
      this.buffers[stream] = [];
    }
    this.held = 0;
  }

  private write(stream: "stdout" | "stderr", bytes: Uint8Array): number {
    const room = Math.max(0, this.left);
    if (room > 0) this.buffers[stream].push(bytes.slice(0, room));
    this.held += bytes.length;
    this.take(bytes.length);
    if (this.writes++ < AT_ONCE || this.held > CHUNK_BYTES) this.flush();
    return bytes.length;
  }
}
