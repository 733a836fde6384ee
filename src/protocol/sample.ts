import { Type, type Static } from "typebox";
import type { JsonSchema } from "./messages.ts";

export const CATEGORIES = ["pure_reasoning", "execution_required", "ambiguous", "multi_step"] as const;
export const DIFFICULTIES = ["easy", "medium", "hard"] as const;
/** `test_tools`: a test with tools that no other split shows. */
export const SPLITS = ["train", "validation", "test", "test_tools"] as const;
/** What a decision is called besides a tool's name: no tool may be called so. */
export const RESERVED_NAMES: readonly string[] = ["none", "malformed", "error", "other"];
export const TOOL_NAMES = ["code_executor", "symbolic_math", "web_search", "file_ops"] as const;

/** What a tool may be called: one word, perhaps with dots, as functions of modules are. */
export const TOOL_NAME = "^[A-Za-z_][A-Za-z0-9_.-]{0,63}$";

/** The schema of a text that is one of these. `Type.Enum` alone loses the names in its static type. */
export const oneOf = <const T extends readonly string[]>(names: T) => Type.Unsafe<T[number]>(Type.Enum([...names]));

/** How an answer is graded. Without one, `exact` against gold_answer after normalising. */
export const Check = Type.Object(
  {
    /** exact | numeric (relative tolerance) | sympy (expressions are equal) | keywords | calls (what was called, not what was said) */
    kind: oneOf(["exact", "numeric", "sympy", "keywords", "calls"] as const),
    tolerance: Type.Optional(Type.Number({ minimum: 0 })),
    /** exact: capitals count. */
    case_sensitive: Type.Optional(Type.Boolean()),
    /** keywords: all of these, at least one of those, none of these; whole words, case folded. */
    all: Type.Optional(Type.Array(Type.String())),
    any: Type.Optional(Type.Array(Type.String())),
    none: Type.Optional(Type.Array(Type.String())),
    /** keywords: longest answer accepted, in words, so that stuffing every keyword fails. */
    max_words: Type.Optional(Type.Integer({ minimum: 1 })),
    /**
     * calls: the calls wanted, in order. Each argument has the list of its accepted values, as BFCL writes them; an empty
     * text in the list says that the argument may be left out. None: nothing is to be called.
     */
    calls: Type.Optional(
      Type.Array(
        Type.Object({ name: Type.String(), arguments: Type.Record(Type.String(), Type.Array(Type.Unknown())) }),
      ),
    ),
  },
  { additionalProperties: false },
);

export const GoldCall = Type.Object({
  name: Type.String(),
  arguments: Type.Record(Type.String(), Type.Unknown()),
});

/** A tool that a sample brings along. */
export const SampleTool = Type.Object(
  {
    /** As it stands in prompts and calls: one word, perhaps with dots. */
    name: Type.String({ pattern: TOOL_NAME }),
    description: Type.String({ maxLength: 4000 }),
    /** A JSON Schema of type object. */
    parameters: Type.Unsafe<JsonSchema>({ type: "object" }),
    /** A Python program that finds the call's arguments in the dict `arguments`. Without one a call is recorded and nothing is run. */
    body: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
  },
  { additionalProperties: false },
);

/** One question with its label. The first eight fields are the seed's; the rest are optional. */
export const Sample = Type.Object({
  id: Type.String({ minLength: 1 }),
  prompt: Type.String({ minLength: 1 }),
  /** A tool's name, or `none` when the model should answer by itself. */
  optimal_tool: Type.String({ minLength: 1 }),
  reasoning: Type.String(),
  difficulty: oneOf(DIFFICULTIES),
  category: oneOf(CATEGORIES),
  ground_truth_output: Type.String(),
  alternative_tools: Type.Array(Type.String()),
  gold_answer: Type.Optional(Type.String()),
  gold_program: Type.Optional(Type.String()),
  gold_calls: Type.Optional(Type.Array(GoldCall)),
  check: Type.Optional(Check),
  template: Type.Optional(Type.String()),
  /** What it is about, more widely than its template: splits of a published dataset share neither. */
  topic: Type.Optional(Type.String()),
  /** What the workspace of `file_ops` holds at the start: path -> text. */
  files: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** The tools that are listed for this sample, in place of the run's. */
  tools: Type.Optional(Type.Array(SampleTool, { minItems: 1, maxItems: 64 })),
  split: Type.Optional(oneOf(SPLITS)),
});

export type SampleTool = Static<typeof SampleTool>;
export type Check = Static<typeof Check>;
export type Sample = Static<typeof Sample>;
export type Category = (typeof CATEGORIES)[number];
export type Difficulty = (typeof DIFFICULTIES)[number];
export type Split = (typeof SPLITS)[number];

/** The right answer as one text. */
export function goldAnswer({ gold_answer, ground_truth_output }: Sample): string {
  return gold_answer ?? ground_truth_output;
}
