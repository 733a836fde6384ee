import type { ExecResult, KillReason } from "../protocol/index.ts";
import type { Outcome } from "./interpreter.ts";
import type { Limits } from "./options.ts";

/** Where an object lies differs from image to image: a seeded program's output shows none of it. */
const ADDRESS = /\bat 0x[0-9a-f]{4,}\b/g;

/**
 * Puts together what the caller gets. `elapsed`: seconds of wall time, for a program that did not live to tell its own.
 * `isSeeded`: its texts are to be the same on every machine.
 */
export function resultOf(outcome: Outcome, limits: Limits, elapsed: number, isSeeded = false): ExecResult {
  const { done, killed, reason } = outcome;
  const normal = (text: string) => (isSeeded ? text.replace(ADDRESS, "at 0x0000") : text);
  const [stdout, stderr] = [normal(outcome.stdout), normal(outcome.stderr)];
  // A program can damage what its worker says of it, so nothing is taken to have the type that it should have.
  const told = textOrNull(done?.value);
  const value = told === null ? null : normal(told);
  const errorType = textOrNull(done?.errorType);
  const error = killed
    ? stopped(killed, limits, reason)
    : errorType === null
      ? null
      : { type: errorType, message: normal(textOrNull(done?.errorMessage) ?? "") };
  const gap = stdout !== "" && value !== null && !stdout.endsWith("\n") ? "\n" : "";
  return {
    success: error === null,
    value,
    stdout,
    stderr,
    output: stdout + gap + (value ?? ""),
    error,
    killed,
    files: textsOf(done?.files),
    execution_time: typeof done?.time === "number" ? done.time : elapsed,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function textsOf(files: unknown): Record<string, string> {
  const entries = typeof files === "object" && files !== null ? Object.entries(files) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function stopped(killed: KillReason, limits: Limits, reason: string): { type: string; message: string } {
  switch (killed) {
    case "timeout":
      return { type: "TimeoutError", message: `the program ran longer than ${limits.timeout} s and was stopped` };
    case "memory":
      return { type: "MemoryError", message: `the program needed more than ${limits.memoryMb} MB and was stopped` };
    case "output":
      return {
        type: "OutputLimit",
        message: `the program wrote more than ${limits.outputLimit} bytes and was stopped`,
      };
    case "files":
      return { type: "FileLimit", message: "the program wrote more into files than there is room and was stopped" };
    case "cancelled":
      return { type: "Cancelled", message: "the program was cancelled" };
    case "crash":
      return { type: "Crash", message: `the interpreter broke down${reason && `: ${lastLine(reason)}`}` };
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
