import { parseArgs, type ParseArgsConfig } from "node:util";
import { messageOf, UserError } from "../protocol/index.ts";

/** The command line itself is wrong: exit code 2. */
export class UsageError extends UserError {}

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Record<string, string | boolean | string[] | undefined>;

/** Reads a command's options; every command also has --help and --json. */
export function readArguments(argv: string[], options: Options, positionals = 0): { values: Values; names: string[] } {
  try {
    const parsed = parseArgs({
      args: argv,
      options: { ...options, help: { type: "boolean", short: "h" }, json: { type: "boolean" } },
      allowPositionals: true,
      strict: true,
    });
    if (parsed.positionals.length > positionals) {
      throw new UsageError(`"${parsed.positionals[positionals]}" is one argument too many: see --help.`);
    }
    return { values: parsed.values as Values, names: parsed.positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(explain(messageOf(error)));
  }
}

/** Node's explanation as one sentence. */
function explain(message: string): string {
  const [, dashed] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message) ?? [];
  if (dashed) return `${dashed} has no value: write ${dashed}=VALUE where the value begins with a dash.`;
  return `${message.split(/\.\s/)[0]}: see --help.`;
}

/** A text option, or undefined. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** An option that may be given several times. */
export function many(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value : [];
}

/** A number option within bounds, or undefined. UsageError names the option. */
export function number(
  values: Values,
  name: string,
  { min = -Infinity, max = Infinity, integer = true } = {},
): number | undefined {
  const given = text(values, name);
  if (given === undefined) return undefined;
  const value = Number(given);
  const whole = !integer || Number.isSafeInteger(value);
  if (given.trim() === "" || !Number.isFinite(value) || !whole || value < min || value > max) {
    const bounds = [...(min > -Infinity ? [`at least ${min}`] : []), ...(max < Infinity ? [`at most ${max}`] : [])];
    const kind = [integer ? "a whole number" : "a number", bounds.join(" and ")].filter(Boolean).join(" of ");
    throw new UsageError(`--${name} is "${given}": it must be ${kind}.`);
  }
  return value;
}

/** An option that is one of the known words, or undefined. UsageError names them. */
export function choice<const T extends string>(values: Values, name: string, known: readonly T[]): T | undefined {
  const given = text(values, name);
  if (given === undefined) return undefined;
  const found = known.find((one) => one === given);
  if (found === undefined) throw new UsageError(`--${name} is "${given}": known are ${known.join(", ")}.`);
  return found;
}

/** A comma-separated list option, or undefined. UsageError: nothing in it, or an entry that is not `known`. */
export function list<const T extends string>(values: Values, name: string, known?: readonly T[]): T[] | undefined {
  const given = text(values, name);
  if (given === undefined) return undefined;
  const entries = given
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
  if (entries.length === 0) throw new UsageError(`--${name} is empty: leave it out or name at least one.`);
  for (const entry of entries) {
    if (known && !known.some((one) => one === entry)) {
      throw new UsageError(`--${name} has "${entry}": known are ${known.join(", ")}.`);
    }
  }
  return entries as T[];
}
