import { runPython, type PythonRunner } from "../python.ts";
import type { Tool } from "../tool.ts";
import { algebraProgram, OPERATIONS } from "./program.ts";

/** Seconds. Longer than a model's programs get: a slow machine must not change what SymPy answers. */
const TIMEOUT = 30;

/**
 * Exact algebra with SymPy. The output is SymPy's text of the result; a solution is a list. `point` is where a limit or
 * a series is taken: "0", "oo", or "0+" and "0-" for one side of a limit.
 */
export function symbolicMath(runner: PythonRunner): Tool {
  return {
    name: "symbolic_math",
    description: "Do exact algebra with SymPy.",
    parameters: {
      type: "object",
      properties: {
        operation: { type: "string", enum: [...OPERATIONS] },
        expression: { type: "string" },
        variable: { type: "string" },
        point: { type: "string" },
      },
      required: ["operation", "expression"],
      additionalProperties: false,
    },
    run: (args, context) => runPython(runner, algebraProgram(args), { ...context, timeout: TIMEOUT }),
  };
}
