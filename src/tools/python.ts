import type { ExecResult } from "../protocol/index.ts";
import type { ToolContext, ToolOutcome } from "./tool.ts";

export interface PythonOptions extends Pick<ToolContext, "signal" | "seed"> {
  /** Seconds. */
  timeout?: number;
  /** Texts that lie in the working directory when the program starts: path -> content. */
  files?: Record<string, string>;
}

/** Whatever runs a Python program: the sandbox, or a stand-in. SymPy can be imported in it. */
export interface PythonRunner {
  execute(code: string, options?: PythonOptions): Promise<ExecResult>;
}

/** Runs a program for a tool. */
export async function runPython(runner: PythonRunner, code: string, options: PythonOptions): Promise<ToolOutcome> {
  return programOutcome(await runner.execute(code, options));
}

/** What a tool says of a program that ran. */
export function programOutcome({ success, output, error, killed, execution_time }: ExecResult): ToolOutcome {
  return { success, output, error, killed, execution_time };
}
