import { isObject, UserError, type JsonSchema, type SampleTool } from "../../protocol/index.ts";
import { shown } from "./shape.ts";

/** Names of types in other people's function documents. What is not here, `any` among them, becomes no type at all. */
const TYPES: Record<string, JsonSchema["type"]> = {
  object: "object",
  dict: "object",
  hashmap: "object",
  string: "string",
  str: "string",
  char: "string",
  number: "number",
  float: "number",
  double: "number",
  integer: "integer",
  int: "integer",
  long: "integer",
  boolean: "boolean",
  bool: "boolean",
  array: "array",
  arraylist: "array",
  list: "array",
  tuple: "array",
  null: "null",
};

/** Function documents, as OpenAI's `tools` or as BFCL's `function`, as tools of a sample. UserError: they are none. */
export function functionTools(value: unknown): SampleTool[] | undefined {
  const list = typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) throw new UserError(`${shown(list)} is not a list of functions`);
  if (list.length === 0) return undefined;
  return list.map((entry: unknown) => {
    const document = isObject(entry) && isObject(entry["function"]) ? entry["function"] : entry;
    if (!isObject(document) || typeof document["name"] !== "string") {
      throw new UserError(`${shown(document)} is not a function with a name`);
    }
    const { name, description } = document;
    const parameters = schemaOf(document["parameters"]);
    return {
      name,
      description: typeof description === "string" ? description : "",
      parameters: { ...parameters, type: "object", properties: parameters.properties ?? {} },
    };
  });
}

/** The part of a schema that prompts render and calls are checked against (tools/user-tool/parameters.ts). */
function schemaOf(value: unknown): JsonSchema {
  if (!isObject(value)) return {};
  const schema: JsonSchema = {};
  // ["string", "null"]: the first says what it is.
  const named: unknown = Array.isArray(value["type"]) ? value["type"][0] : value["type"];
  const type = typeof named === "string" ? TYPES[named.toLowerCase()] : undefined;
  if (type) schema.type = type;
  if (typeof value["description"] === "string") schema.description = value["description"];
  const { properties, required, enum: choices, items } = value;
  if (isObject(properties)) {
    schema.properties = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, schemaOf(of)]));
  }
  const known = schema.properties ?? {};
  if (Array.isArray(required)) {
    schema.required = required.filter((name): name is string => typeof name === "string" && Object.hasOwn(known, name));
  }
  if (Array.isArray(choices) && choices.length > 0 && choices.every(isChoice)) schema.enum = choices;
  if (isObject(items)) schema.items = schemaOf(items);
  if (typeof value["additionalProperties"] === "boolean") schema.additionalProperties = value["additionalProperties"];
  return schema;
}

function isChoice(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && /^[^\n\r]+$/.test(value));
}
