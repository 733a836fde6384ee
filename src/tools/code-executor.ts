import { runPython, type PythonRunner } from "./python.ts";
import type { Tool } from "./tool.ts";

/** Runs Python. The output is what the program prints, then the value of its last expression. */
export function codeExecutor(runner: PythonRunner): Tool {
  return {
    name: "code_executor",
    description: "Run Python code and return what it prints.",
    parameters: {
      type: "object",
      properties: { code: { type: "string" } },
      required: ["code"],
      additionalProperties: false,
    },
    run: ({ code }, context) => runPython(runner, String(code), context),
  };
}
