import type { JsonSchema, ToolSchema } from "../../protocol/index.ts";

const TASK = "Answer the user.";
const TASK_WITH_TOOLS = "Answer the user, or call a tool.";
const HOW_TO_CALL = 'To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>';

/**
 * The system turn's content: the task, and each tool with its description. Compact, because a small model pays for each token
 * and is trained on exactly this text. `task` replaces the first line.
 */
export function systemPrompt(tools: readonly ToolSchema[], task?: string): string {
  if (tools.length === 0) return task ?? TASK;
  return [task ?? TASK_WITH_TOOLS, "Tools:", ...tools.map(renderTool), HOW_TO_CALL].join("\n");
}

/**
 * `# description`, and below it `name(parameter: type, optional?: a|b)`: as in code, a comment says what the next line does.
 * The name stands behind what it means: a model reads from left to right, so at the name it knows what it names.
 */
function renderTool(tool: ToolSchema): string {
  const required = new Set(tool.parameters.required ?? []);
  const parameters = Object.entries(tool.parameters.properties ?? {}).map(
    ([name, schema]) => `${name}${required.has(name) ? "" : "?"}: ${renderType(schema)}`,
  );
  return `# ${tool.description.replace(/\s+/g, " ")}\n${tool.name}(${parameters.join(", ")})`;
}

function renderType(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.join("|");
  if (schema.type === "array") return `${schema.items ? renderType(schema.items) : "any"}[]`;
  return schema.type ?? "any";
}
