import type { JsonSchema, ToolSchema } from "../../protocol/index.ts";

const TASK = "Answer the user.";
const TASK_WITH_TOOLS = "Answer the user, or call a tool.";
const HOW_TO_CALL = 'To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>';

/**
 * The system turn's content: the task, and each tool on one line. Compact, because a small model pays for each token
 * and is trained on exactly this text. `task` replaces the first line.
 */
export function systemPrompt(tools: readonly ToolSchema[], task?: string): string {
  if (tools.length === 0) return task ?? TASK;
  return [task ?? TASK_WITH_TOOLS, "Tools:", ...tools.map(renderTool), HOW_TO_CALL].join("\n");
}

/** `- name(parameter: type, optional?: a|b): description` */
function renderTool(tool: ToolSchema): string {
  const required = new Set(tool.parameters.required ?? []);
  const parameters = Object.entries(tool.parameters.properties ?? {}).map(
    ([name, schema]) => `${name}${required.has(name) ? "" : "?"}: ${renderType(schema)}`,
  );
  return `- ${tool.name}(${parameters.join(", ")}): ${tool.description}`;
}

function renderType(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.join("|");
  if (schema.type === "array") return `${schema.items ? renderType(schema.items) : "any"}[]`;
  return schema.type ?? "any";
}
