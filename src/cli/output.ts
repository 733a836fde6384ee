import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, UserError } from "../protocol/index.ts";

/** Milliseconds between lines of progress in a log. */
const INTERVAL = 10_000;
let lastLine = Date.now();

/** Progress, on standard error: a line that is replaced on a terminal; in a log, one every ten seconds. */
export function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (line !== "" && Date.now() - lastLine >= INTERVAL) {
    lastLine = Date.now();
    process.stderr.write(`${line}\n`);
  }
}

/** A line on standard error that stays. */
export function note(line: string): void {
  process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[K" : ""}${line}\n`);
}

/** The result, on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a result's file, making its directory. UserError when it cannot be written. */
export async function save(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    throw new UserError(`${path} cannot be written: ${messageOf(error)}`);
  }
}

/** Reads a file that the person named. UserError when it cannot be read. */
export async function open(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
