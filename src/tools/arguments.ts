import { Value } from "typebox/value";
import type { JsonSchema, ToolSchema } from "../protocol/index.ts";

/**
 * What is wrong with a call's arguments, in one sentence that tells a model how to write them; null when they fit.
 * The schema is interpreted, never compiled: the page's policy forbids code from strings.
 */
export function explainArguments(tool: ToolSchema, given: unknown): string | null {
  if (Value.Check(tool.parameters, given)) return null;
  return `${firstFault(tool.parameters, given)}; ${tool.name} takes ${usage(tool.parameters)}`;
}

function firstFault(schema: JsonSchema, given: unknown): string {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return "the arguments are not an object";
  const properties = schema.properties ?? {};
  const missing = schema.required?.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) return `missing parameter ${missing}`;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(properties, name));
  if (unknown !== undefined && schema.additionalProperties === false) return `unknown parameter ${shorten(unknown)}`;
  for (const [name, property] of Object.entries(properties)) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined && !Value.Check(property, value)) return `parameter ${name} must be ${wanted(property)}`;
  }
  const [error] = Value.Errors(schema, given);
  return error ? `the arguments ${error.message}` : "the arguments do not fit";
}

function wanted(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (schema.type === "array") return "a list";
  return schema.type ? `${/^[aeiou]/.test(schema.type) ? "an" : "a"} ${schema.type}` : "a fitting value";
}

function usage(schema: JsonSchema): string {
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties ?? {}).map((name) => (required.has(name) ? name : `${name} (optional)`));
  return names.length > 0 ? names.join(", ") : "no parameters";
}

function shorten(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 39)}…`;
}
