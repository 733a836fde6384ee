import { isObject } from "../../protocol/index.ts";

/**
 * BFCL's accepted values: an argument has a list of them, "" in it says that it may be left out, and the members of an
 * object have lists, too. This is the value that stands for a list: its first, undefined where that leaves it out. A
 * required argument takes the first that is none of "".
 */
export function firstAccepted(values: readonly unknown[], required = false): unknown {
  const [first] = required ? values.filter((value) => value !== "") : values;
  return first === "" ? undefined : unlisted(first);
}

function unlisted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unlisted);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, inner]) => [name, Array.isArray(inner) ? firstAccepted(inner) : inner] as const,
  );
  return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
}

/** The accepted values where one value alone is right: the inverse of `firstAccepted`. */
export function onlyAccepted(value: unknown): unknown[] {
  return [listed(value)];
}

function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, onlyAccepted(inner)]));
}
