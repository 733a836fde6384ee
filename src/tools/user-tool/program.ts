import type { UserTool } from "../../protocol/index.ts";
import type { ToolOutcome } from "../tool.ts";

/**
 * The Python program of a call: one line that puts the arguments in place, then the tool's body as it is. The arguments
 * travel as a JSON text inside a string literal, so that nothing that a model wrote is run as code. `arguments` holds them
 * all; each declared parameter is a variable too, None where the call leaves it out.
 */
export function pythonProgram(
  { parameters, body }: Pick<UserTool, "parameters" | "body">,
  args: Record<string, unknown>,
): string {
  // JSON's escapes mean the same in a Python literal; the outer JSON.stringify makes that literal.
  const literal = (value: unknown) => JSON.stringify(JSON.stringify(value));
  const names = literal(Object.keys(parameters.properties ?? {}));
  return `import json, keyword; arguments = json.loads(${literal(args)}); globals().update({n: arguments.get(n) for n in json.loads(${names}) if n != "arguments" and not keyword.iskeyword(n)})\n${body}\n`;
}

/** Says of an error's line which one of the body it is: the program has one before it. */
export function withOwnLines(outcome: ToolOutcome): ToolOutcome {
  if (!outcome.error) return outcome;
  const message = outcome.error.message.replace(
    /\(program\.py, line (\d+)\)$/,
    (_, line: string) => `(line ${Number(line) - 1})`,
  );
  return { ...outcome, error: { ...outcome.error, message } };
}
