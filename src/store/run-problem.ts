import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { EVENTS, RunFile } from "./run-schema.ts";

/** The first field of a run that is wrong, and how, e.g. `field results.0.answer is missing`. */
export function whatIsWrong(run: unknown): string {
  const [path, problem] = firstError(RunFile, run);
  const [, at] = /^(\/results\/\d+\/transcript\/\d+)(\/|$)/.exec(path) ?? [];
  // Tried as every kind of event in turn, an event fails as the first kind, whatever it is.
  return at === undefined ? describe(path, problem) : wrongEvent(at, Value.Pointer.Get(run, at));
}

function wrongEvent(at: string, event: unknown): string {
  if (typeof event !== "object" || event === null) return describe(at, "is not an event");
  const { type } = event as { type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(EVENTS, type)) {
    return describe(`${at}/type`, `is none of ${Object.keys(EVENTS).join(", ")}`);
  }
  const [path, problem] = firstError(EVENTS[type as keyof typeof EVENTS], event);
  return describe(at + path, problem);
}

function firstError(schema: TSchema, value: unknown): [path: string, problem: string] {
  const [first] = Value.Errors(schema, value);
  if (!first) return ["", "is not valid"];
  if (first.keyword === "required") {
    return [`${first.instancePath}/${first.params.requiredProperties[0]}`, "is missing"];
  }
  return [first.instancePath, first.message];
}

/** A field as a person reads it; its name comes from the file, so it is cut. */
function describe(path: string, problem: string): string {
  const field = path.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  return field === "" ? `it ${problem}` : `field ${field.length > 200 ? `${field.slice(0, 200)}…` : field} ${problem}`;
}
