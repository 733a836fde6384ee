import { Value } from "typebox/value";
import { MOST_USER_TOOLS, RESERVED_NAMES, TOOL_NAMES, UserError, UserTool } from "../../protocol/index.ts";
import { explainParameters } from "./parameters.ts";

const RESERVED: readonly string[] = [...TOOL_NAMES, ...RESERVED_NAMES];

const RULES: Record<keyof UserTool, string> = {
  name: "The name is one word of letters, digits, - and _ that begins with a letter or _, at most 64 of them.",
  description: "The description is one line of 1 to 300 characters.",
  parameters: "The parameters are a JSON Schema of type object.",
  language: "The language is python or javascript.",
  body: "The body is a text of 1 to 20,000 characters.",
};

/** Why this is no definition of a tool, in one sentence; null when it is one. */
export function explainUserTool(tool: unknown): string | null {
  if (typeof tool !== "object" || tool === null) {
    return `A tool is an object with ${Object.keys(RULES).join(", ")}.`;
  }
  const unknown = Object.keys(tool).find((key) => !Object.hasOwn(RULES, key));
  if (unknown !== undefined) return `There is no field "${unknown.slice(0, 40)}".`;
  for (const [field, rule] of Object.entries(RULES) as [keyof UserTool, string][]) {
    if (!Object.hasOwn(tool, field)) return `The field ${field} is missing.`;
    if (!Value.Check(UserTool.properties[field], (tool as UserTool)[field])) return rule;
  }
  const { name, parameters } = tool as UserTool;
  if (RESERVED.includes(name)) return `The name "${name}" is taken: give it another one.`;
  return explainParameters(parameters);
}

/** Refuses definitions that cannot be tools of one run. UserError in one sentence that names the tool. */
export function checkUserTools(tools: readonly UserTool[]): void {
  const seen = new Set<string>();
  for (const tool of tools) {
    const fault = explainUserTool(tool);
    if (fault !== null) throw new UserError(`Tool "${tool.name}": ${fault}`);
    if (seen.has(tool.name)) throw new UserError(`Two tools are called "${tool.name}": give one another name.`);
    seen.add(tool.name);
  }
}

/** Reads definitions of unknown origin, a list of them. UserError names the place, the tool and what is wrong with it. */
export function parseUserTools(value: unknown, place: string): UserTool[] {
  if (!Array.isArray(value)) throw new UserError(`${place}: not a list of tools, [{"name": …}, …].`);
  if (value.length === 0 || value.length > MOST_USER_TOOLS) {
    throw new UserError(`${place}: give between 1 and ${MOST_USER_TOOLS} tools.`);
  }
  value.forEach((tool: unknown, i) => {
    const fault = explainUserTool(tool);
    if (fault !== null) throw new UserError(`${place}, tool ${i + 1}: ${fault}`);
  });
  checkUserTools(value as UserTool[]);
  return value as UserTool[];
}
