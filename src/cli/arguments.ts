import { parseArgs, type ParseArgsConfig } from "node:util";
import { UserError } from "../protocol/index.ts";

/** The command line itself is wrong: exit code 2. */
export class UsageError extends UserError {}

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Record<string, string | boolean | undefined>;

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
    throw new UsageError(`${(error as Error).message.split(". ")[0]}: see --help.`);
  }
}

/** A text option, or undefined. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
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
  if (given.trim() === "" || !(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    const kind = integer ? "a whole number" : "a number";
    throw new UsageError(`--${name} is "${given}": it must be ${kind}${min > -Infinity ? ` of at least ${min}` : ""}.`);
  }
  return value;
}

/** A comma-separated list option, or undefined. With `known`, any other entry is a UsageError. */
export function list<const T extends string>(values: Values, name: string, known?: readonly T[]): T[] | undefined {
  const given = text(values, name);
  if (given === undefined) return undefined;
  const entries = given
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
  for (const entry of entries) {
    if (known && !known.some((one) => one === entry)) {
      throw new UsageError(`--${name} has "${entry}": known are ${known.join(", ")}.`);
    }
  }
  return entries as T[];
}
