import { Type, type Static } from "typebox";
import type { JsonSchema } from "./messages.ts";
import { oneOf } from "./sample.ts";

/** Most tools of one's own in a run. */
export const MOST_USER_TOOLS = 16;

/**
 * A tool that a person wrote: what prompts say of it, and the program that a call runs, sealed off. Part of a run's
 * configuration, so it travels in links and files: whoever opens those did not write it.
 */
export const UserTool = Type.Object(
  {
    /** One word: it stands in prompts and in calls. */
    name: Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,63}$" }),
    /** One line: prompts give each tool one. */
    description: Type.String({ pattern: "^[^\\n\\r\\u2028\\u2029]{1,300}$" }),
    /** A JSON Schema of type object, in the few words that prompts can render: see `JsonSchema`. */
    parameters: Type.Unsafe<JsonSchema>({ type: "object" }),
    language: oneOf(["python", "javascript"] as const),
    /** Python: a program that finds the call's arguments in the dict `arguments`. JavaScript: the body of an async function of `args`. */
    body: Type.String({ minLength: 1, maxLength: 20_000 }),
  },
  { additionalProperties: false },
);
export type UserTool = Static<typeof UserTool>;

export const UserTools = Type.Array(UserTool, { minItems: 1, maxItems: MOST_USER_TOOLS });
