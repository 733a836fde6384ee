import { isObject, type Check, type ToolCall } from "../../protocol/index.ts";
import { right, wrong, type Grade } from "./grader.ts";

type Wanted = NonNullable<Check["calls"]>[number];

/**
 * Judges what was called by the accepted values of each argument, by the rules of BFCL's checker for one function after
 * another: texts without regard to case, blanks and punctuation; 5 equals 5.0; an argument that is not listed is wrong,
 * and one may be left out where an empty text is among its values. Source: gorilla, bfcl_eval/eval_checker/ast_eval.
 */
export function gradeCalls(called: readonly ToolCall[], wanted: readonly Wanted[] = []): Grade {
  if (called.length !== wanted.length) return wrong(`${called.length} calls instead of ${wanted.length}`);
  for (const [i, call] of called.entries()) {
    const fault = faultOf(call, wanted[i]!);
    if (fault !== null) return wrong(wanted.length > 1 ? `call ${i + 1}: ${fault}` : fault);
  }
  return right(wanted.length === 0 ? "no call was made, and none was wanted" : "the calls are those wanted");
}

function faultOf(call: ToolCall, { name, arguments: accepted }: Wanted): string | null {
  if (call.name !== name) return `${call.name} instead of ${name}`;
  const odd = Object.keys(call.arguments).find((key) => !Object.hasOwn(accepted, key));
  if (odd !== undefined) return `the argument ${odd} is not wanted`;
  for (const [key, values] of Object.entries(accepted)) {
    const given = Object.hasOwn(call.arguments, key);
    if (!given && !values.includes("")) return `the argument ${key} is missing`;
    if (given && !values.some((value) => matches(call.arguments[key], value))) return `the argument ${key} is wrong`;
  }
  return null;
}

function matches(found: unknown, wanted: unknown): boolean {
  if (typeof found === "string" && typeof wanted === "string") return plain(found) === plain(wanted);
  if (Array.isArray(found)) {
    return (
      Array.isArray(wanted) && found.length === wanted.length && found.every((item, i) => matches(item, wanted[i]))
    );
  }
  if (isObject(found)) {
    // As BFCL writes them, an object's members have lists of accepted values, too.
    return isObject(wanted) && membersMatch(found, wanted);
  }
  return found === wanted;
}

function membersMatch(found: Record<string, unknown>, wanted: Record<string, unknown>): boolean {
  const accepted = (value: unknown) => (Array.isArray(value) ? value : [value]);
  return (
    Object.keys(found).every((key) => Object.hasOwn(wanted, key)) &&
    Object.entries(wanted).every(([key, values]) =>
      Object.hasOwn(found, key)
        ? accepted(values).some((value) => matches(found[key], value))
        : accepted(values).includes(""),
    )
  );
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[ ,./\-_*^]/g, "")
    .replaceAll("'", '"');
