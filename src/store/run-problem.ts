import type { TSchema } from "typebox";
import { Value } from "typebox/value";

/** The first field that is wrong, and how, e.g. `field results.0.answer is missing`. `place` is where the value lies. */
export function whatIsWrong(schema: TSchema, value: unknown, place = ""): string {
  const [first] = Value.Errors(schema, value);
  if (!first) return `${fieldOf(place)} is not valid`;
  if (first.keyword === "required") {
    return `${fieldOf(`${place}${first.instancePath}/${first.params.requiredProperties[0]}`)} is missing`;
  }
  return `${fieldOf(place + first.instancePath)} ${first.message}`;
}

/** A JSON pointer as a person reads it; its names come from the file, so it is cut. */
export function fieldOf(pointer: string): string {
  const field = pointer.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
  if (field === "") return "it";
  return `field ${field.length > 200 ? `${field.slice(0, 200)}…` : field}`;
}
