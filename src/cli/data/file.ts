import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { messageOf, UserError } from "../../protocol/index.ts";

/** Characters that are written at once. */
const BATCH = 1 << 20;

/** A file's bytes, as a stream. UserError: it cannot be read. */
export async function fileStream(path: string): Promise<ReadableStream<Uint8Array>> {
  try {
    if (!(await stat(path)).isFile()) throw new Error("it is not a file");
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
  return Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>;
}

/**
 * JSON lines that are written as they come, to `PATH.part`, which takes the file's name at the end: what was there before
 * stays until the new file is whole. UserError: it cannot be written.
 */
export async function lineWriter(path: string, { append = false } = {}) {
  const part = append ? path : `${path}.part`;
  const attempt = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw new UserError(`${path} cannot be written: ${messageOf(error)}`);
    });
  await attempt(mkdir(dirname(path), { recursive: true }));
  const file = await attempt(open(part, append ? "a" : "w"));
  let batch = "";
  const flush = async () => {
    await attempt(file.appendFile(batch));
    batch = "";
  };
  return {
    async write(value: unknown): Promise<void> {
      batch += `${JSON.stringify(value)}\n`;
      if (batch.length > BATCH) await flush();
    },
    async close(): Promise<void> {
      await flush();
      await file.close();
      if (!append) await attempt(rename(part, path));
    },
    /** Leaves nothing behind of a file that was begun. */
    async drop(): Promise<void> {
      await file.close();
      if (!append) await rm(part, { force: true });
    },
  };
}
