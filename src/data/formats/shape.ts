import type { TSchema } from "typebox";
import { isObject } from "../../protocol/index.ts";

/** A mistake in a value: where it is ("" is the value itself) and what it is, in a few words. */
export interface Fault {
  field: string;
  message: string;
}

/** The words of JSON Schema that the schemas of `protocol` use. */
interface Words {
  type?: string;
  enum?: unknown[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Words;
  properties?: Record<string, Words>;
  required?: string[];
  additionalProperties?: boolean;
  patternProperties?: Record<string, Words>;
}

const patterns = new Map<string, RegExp>();

/**
 * Every mistake of a value against a TypeBox schema, in the order of its fields. TypeBox's own interpreter takes 350 µs a
 * sample (measured) and stops at eight mistakes, and its compiler needs code from strings, which the page's policy
 * forbids: 100,000 rows need this. A test holds it to TypeBox's verdict.
 */
export function faultsOf(schema: TSchema, value: unknown): Fault[] {
  const faults: Fault[] = [];
  collect(schema as Words, value, "", faults);
  return faults;
}

function collect(schema: Words, value: unknown, field: string, faults: Fault[]): void {
  const say = (message: string) => void faults.push({ field, message });
  if (schema.enum) {
    if (!schema.enum.includes(value)) say(`${shown(value)} is not one of ${schema.enum.join(", ")}`);
  } else if (schema.type !== undefined && !isOf(schema.type, value)) {
    say(value === "" ? "empty" : `must be ${schema.type}`);
  } else if (schema.type === "string") {
    const fault = textFault(schema, value as string);
    if (fault !== null) say(fault);
  } else if (schema.type === "number" || schema.type === "integer") {
    if (schema.minimum !== undefined && (value as number) < schema.minimum) say(`must be at least ${schema.minimum}`);
  } else if (schema.type === "array") {
    const list = value as unknown[];
    if (list.length < (schema.minItems ?? 0)) say("empty");
    if (list.length > (schema.maxItems ?? Infinity)) say(`has more than ${schema.maxItems} items`);
    if (schema.items) for (const [i, item] of list.entries()) collect(schema.items, item, inside(field, i), faults);
  } else if (schema.type === "object") {
    members(schema, value as Record<string, unknown>, field, faults);
  }
}

function members(schema: Words, value: Record<string, unknown>, field: string, faults: Fault[]): void {
  const { properties = {}, required = [], patternProperties } = schema;
  for (const name in properties) {
    const present = Object.hasOwn(value, name) && value[name] !== undefined;
    if (present) collect(properties[name]!, value[name], inside(field, name), faults);
    else if (required.includes(name)) faults.push({ field: inside(field, name), message: "missing" });
  }
  if (schema.additionalProperties === false) {
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(properties, name)) {
        faults.push({ field: inside(field, shorten(name)), message: "there is no such field" });
      }
    }
  }
  // TypeBox writes a Record as one pattern that every name fits.
  for (const of of Object.values(patternProperties ?? {})) {
    for (const name of Object.keys(value)) collect(of, value[name], inside(field, shorten(name)), faults);
  }
}

function textFault({ minLength = 0, maxLength, pattern }: Words, value: string): string | null {
  if (value.length < minLength) return "empty";
  if (maxLength !== undefined && value.length > maxLength) return `longer than ${maxLength} characters`;
  if (pattern === undefined) return null;
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known.test(value) ? null : `${shown(value)} does not fit ${pattern}`;
}

function isOf(type: string, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return Number.isFinite(value);
  return typeof value === type;
}

/** A value of unknown origin in a sentence: short, and nothing that nests is walked. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(JSON.stringify(value) ?? "nothing");
}

/** The beginning of a text of unknown origin. */
export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

const inside = (field: string, name: string | number) => (field === "" ? String(name) : `${field}.${name}`);
