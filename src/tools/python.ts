import type { ExecResult } from "../protocol/index.ts";
import type { ToolContext, ToolOutcome } from "./tool.ts";

export interface PythonOptions extends ToolContext {
  /** Seconds. */
  timeout?: number;
}

/** Whatever runs a Python program: the sandbox, or a stand-in. SymPy can be imported in it. */
export interface PythonRunner {
  execute(code: string, options?: PythonOptions): Promise<ExecResult>;
}

/** Runs a program for a tool. */
export async function runPython(runner: PythonRunner, code: string, options: PythonOptions): Promise<ToolOutcome> {
  const { success, output, error, killed, execution_time } = await runner.execute(code, options);
  return { success, output, error, killed, execution_time };
}
