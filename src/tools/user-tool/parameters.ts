import { isObject, type JsonSchema } from "../../protocol/index.ts";

/** What prompts can render and calls are checked against; other words of JSON Schema are refused, not passed over. */
const KEYWORDS = ["type", "description", "properties", "required", "enum", "items", "additionalProperties"];
const TYPES = ["object", "string", "number", "integer", "boolean", "array", "null"];
/** Names of parameters stand in prompts and are variables of a Python body. */
const NAME = /^[A-Za-z]\w{0,63}$/;
const DEEPEST = 6;
/** Characters of the whole as JSON: all of it stands in every prompt. */
const LONGEST = 4000;

/** Why this cannot be a tool's `parameters`, in one sentence; null when it can. */
export function explainParameters(value: unknown): string | null {
  if (!isObject(value) || value["type"] !== "object") {
    return 'The parameters are a JSON Schema whose type is "object": write {"type": "object", "properties": {…}}.';
  }
  const fault = faultOf(value, "The parameters", DEEPEST);
  // Only what is known not to nest for ever is walked as a whole.
  if (fault !== null || JSON.stringify(value).length <= LONGEST) return fault;
  return `The parameters are longer than ${LONGEST} characters, and every prompt holds them: shorten them.`;
}

function faultOf(schema: unknown, place: string, levels: number): string | null {
  if (!isObject(schema)) return `${place}: a schema is an object such as {"type": "string"}.`;
  if (levels === 0) return `${place}: schemas nest at most ${DEEPEST} levels deep.`;
  const unknown = Object.keys(schema).find((key) => !KEYWORDS.includes(key));
  if (unknown !== undefined) {
    return `${place}: "${unknown.slice(0, 40)}" is not understood here; use ${KEYWORDS.join(", ")}.`;
  }
  const { type, description, properties = {}, required = [], enum: choices, items } = schema as JsonSchema;
  if (type !== undefined && !TYPES.includes(type)) return `${place}: the type is one of ${TYPES.join(", ")}.`;
  if (description !== undefined && typeof description !== "string") return `${place}: the description is a text.`;
  if (choices !== undefined && !isChoice(choices)) {
    return `${place}: enum is a list of texts of one line, or of numbers, with at least one of them.`;
  }
  if (!["undefined", "boolean"].includes(typeof schema["additionalProperties"])) {
    return `${place}: additionalProperties is true or false.`;
  }
  if (!isObject(properties)) return `${place}: properties is an object of names and their schemas.`;
  const odd = Object.keys(properties).find((name) => !NAME.test(name));
  if (odd !== undefined) {
    return `${place}: "${odd.slice(0, 40)}" is no name for a parameter: begin with a letter, then letters, digits and _.`;
  }
  const isUnknown = (name: unknown) => typeof name !== "string" || !Object.hasOwn(properties, name);
  const missing = Array.isArray(required) ? required.some(isUnknown) : true;
  if (missing) return `${place}: required is a list of names that properties describes.`;
  const inner = [...Object.entries(properties), ...(items === undefined ? [] : [["items", items] as const])];
  for (const [name, of] of inner) {
    const fault = faultOf(of, name, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}

function isChoice(choices: unknown): boolean {
  const fits = (one: unknown) => typeof one === "number" || (typeof one === "string" && /^[^\n\r]+$/.test(one));
  return Array.isArray(choices) && choices.length > 0 && choices.every(fits);
}
