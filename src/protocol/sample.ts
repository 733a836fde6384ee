import { Type, type Static } from "typebox";

export const CATEGORIES = ["pure_reasoning", "execution_required", "ambiguous", "multi_step"] as const;
export const DIFFICULTIES = ["easy", "medium", "hard"] as const;
export const SPLITS = ["train", "validation", "test"] as const;
export const TOOL_NAMES = ["code_executor", "symbolic_math", "web_search", "file_ops"] as const;

/** The schema of a text that is one of these. `Type.Enum` alone loses the names in its static type. */
export const oneOf = <const T extends readonly string[]>(names: T) => Type.Unsafe<T[number]>(Type.Enum([...names]));

/** How an answer is graded. Without one, `exact` against gold_answer after normalising. */
export const Check = Type.Object(
  {
    /** exact | numeric (relative tolerance) | sympy (expressions are equal) | keywords */
    kind: oneOf(["exact", "numeric", "sympy", "keywords"] as const),
    tolerance: Type.Optional(Type.Number({ minimum: 0 })),
    /** exact: capitals count. */
    case_sensitive: Type.Optional(Type.Boolean()),
    /** keywords: all of these, at least one of those, none of these; whole words, case folded. */
    all: Type.Optional(Type.Array(Type.String())),
    any: Type.Optional(Type.Array(Type.String())),
    none: Type.Optional(Type.Array(Type.String())),
    /** keywords: longest answer accepted, in words, so that stuffing every keyword fails. */
    max_words: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

export const GoldCall = Type.Object({
  name: Type.String(),
  arguments: Type.Record(Type.String(), Type.Unknown()),
});

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
  split: Type.Optional(oneOf(SPLITS)),
});

export type Check = Static<typeof Check>;
export type Sample = Static<typeof Sample>;
export type Category = (typeof CATEGORIES)[number];
export type Difficulty = (typeof DIFFICULTIES)[number];
export type Split = (typeof SPLITS)[number];
