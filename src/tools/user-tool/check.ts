import { Value } from "typebox/value";
import { MOST_USER_TOOLS, TOOL_NAMES, UserError, UserTool, UserTools } from "../../protocol/index.ts";
import { explainParameters } from "./parameters.ts";

/** What a decision is called besides a tool's name. */
const WORDS = ["none", "malformed", "error", "other"];

const FIELDS: Record<keyof UserTool, string> = {
  name: "its name is one word of letters, digits, - and _, at most 64 of them, and begins with a letter or _",
  description: "its description is one line of at most 300 characters",
  parameters: "its parameters are a JSON Schema of type object",
  language: "its language is python or javascript",
  body: "its body is a text of 1 to 20,000 characters",
};

/** Refuses definitions that cannot be tools of one run. UserError in one sentence that begins with the tool. */
export function checkUserTools(tools: readonly UserTool[]): void {
  const seen = new Set<string>();
  for (const { name, parameters } of tools) {
    const reserved: readonly string[] = [...TOOL_NAMES, ...WORDS];
    if (reserved.includes(name)) throw new UserError(`A tool of your own cannot be called "${name}": that is taken.`);
    if (seen.has(name)) throw new UserError(`Two tools are called "${name}": give one of them another name.`);
    seen.add(name);
    const fault = explainParameters(parameters);
    if (fault !== null) throw new UserError(`Tool "${name}": ${fault}`);
  }
}

/** Reads definitions of unknown origin, a list of them. UserError names the place, the tool and what is wrong with it. */
export function parseUserTools(value: unknown, place: string): UserTool[] {
  if (!Array.isArray(value)) throw new UserError(`${place}: not a list of tools, [{"name": …}, …].`);
  value.forEach((tool: unknown, i) => {
    const fault = faultOf(tool);
    if (fault !== null) throw new UserError(`${place}, tool ${i + 1}: ${fault}.`);
  });
  if (!Value.Check(UserTools, value)) throw new UserError(`${place}: give between 1 and ${MOST_USER_TOOLS} tools.`);
  checkUserTools(value);
  return value;
}

function faultOf(tool: unknown): string | null {
  if (Value.Check(UserTool, tool)) return null;
  if (typeof tool !== "object" || tool === null)
    return "not an object with name, description, parameters, language, body";
  const unknown = Object.keys(tool).find((key) => !Object.hasOwn(FIELDS, key));
  if (unknown !== undefined) return `there is no field "${unknown.slice(0, 40)}"`;
  for (const [field, rule] of Object.entries(FIELDS) as [keyof UserTool, string][]) {
    if (!Object.hasOwn(tool, field)) return `the field ${field} is missing`;
    if (!Value.Check(UserTool.properties[field], (tool as UserTool)[field])) return rule;
  }
  return "not a tool";
}
