import type { ToolSchema } from "../../src/protocol/index.ts";

/** The four tools as prompts list them. */
export const FOUR_TOOLS: ToolSchema[] = [
  {
    name: "code_executor",
    description: "Run Python code and return what it prints.",
    parameters: { type: "object", properties: { code: { type: "string" } }, required: ["code"] },
  },
  {
    name: "symbolic_math",
    description: "Do exact algebra with SymPy.",
    parameters: {
      type: "object",
      properties: {
        operation: {
          type: "string",
          enum: ["simplify", "expand", "factor", "solve", "differentiate", "integrate", "evaluate"],
        },
        expression: { type: "string" },
        variable: { type: "string" },
      },
      required: ["operation", "expression"],
    },
  },
  {
    name: "web_search",
    description: "Search the web for facts.",
    parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
  },
  {
    name: "file_ops",
    description: "Read and write files in the workspace.",
    parameters: {
      type: "object",
      properties: {
        operation: { type: "string", enum: ["read", "write", "append", "list", "delete"] },
        path: { type: "string" },
        content: { type: "string" },
      },
      required: ["operation", "path"],
    },
  },
];

export const TWO_TOOLS = FOUR_TOOLS.slice(0, 2);
