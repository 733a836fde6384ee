import type { ExecResult, KillReason } from "../protocol/index.ts";
import type { Outcome } from "./interpreter.ts";

/** The limits that a program ran under: they are named when it is stopped. */
export interface Limits {
  /** Seconds. */
  timeout: number;
  memoryMb: number;
  /** Bytes. */
  outputLimit: number;
}

/** Puts together what the caller gets. `elapsed`: seconds of wall time, for a program that could not tell its own. */
export function resultOf(
  { stdout, stderr, done, killed, reason }: Outcome,
  limits: Limits,
  elapsed: number,
): ExecResult {
  const value = done?.value ?? null;
  const gap = stdout !== "" && value !== null && !stdout.endsWith("\n") ? "\n" : "";
  const error = killed ? stopped(killed, limits, reason) : errorOf(done);
  return {
    success: killed === null && error === null,
    value,
    stdout,
    stderr,
    output: stdout + gap + (value ?? ""),
    error,
    killed,
    files: done?.files ?? {},
    execution_time: done?.time ?? elapsed,
  };
}

function errorOf(done: Outcome["done"]): ExecResult["error"] {
  return done?.errorType ? { type: done.errorType, message: done.errorMessage } : null;
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
      return { type: "Crash", message: `the interpreter broke down${reason && `: ${reason}`}` };
  }
}
