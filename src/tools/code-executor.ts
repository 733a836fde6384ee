import { runMounted } from "./file-ops/index.ts";
import { runPython, type PythonRunner } from "./python.ts";
import type { Tool } from "./tool.ts";

/**
 * Runs Python. The output is what the program prints, then the value of its last expression. Where the run has a
 * workspace, the program works in it.
 */
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
    run: ({ code }, { workspace, ...options }) =>
      workspace ? runMounted(runner, String(code), workspace, options) : runPython(runner, String(code), options),
  };
}
