/** Why a Python run was ended from outside. */
export type KillReason = "timeout" | "memory" | "output" | "files" | "crash" | "cancelled";

/** A program to run: one row of `agentcoder exec --jsonl`. */
export interface ExecRequest {
  id?: string;
  code: string;
  /** Seconds of wall time. */
  timeout?: number;
  /** MiB that the program may allocate above the started image. */
  memory?: number;
  files?: Record<string, string>;
}

/** What a program did. Everything in it except `success`, `killed` and `execution_time` was written by the program: untrusted text. */
export interface ExecResult {
  id?: string;
  success: boolean;
  /** repr() of the last expression's value, as a notebook cell shows it; null when there is none. */
  value: string | null;
  stdout: string;
  stderr: string;
  /** stdout, then the value: what a tool call returns to the model. */
  output: string;
  error: { type: string; message: string } | null;
  killed: KillReason | null;
  files: Record<string, string>;
  /** Seconds. */
  execution_time: number;
}
