import fc from "fast-check";
import { sampleFaults } from "../../../src/data/formats/index.ts";
import { CATEGORIES, DIFFICULTIES, SPLITS, type Sample } from "../../../src/protocol/index.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  // What spreadsheets, CSV readers and JSON readers take for something else.
  fc.constantFrom(
    "",
    "=1+1",
    "-2",
    "@SUM(A1)",
    "a,b",
    'say "x"',
    "a\nb",
    "a\r\nb",
    "\r",
    " x ",
    "null",
    "12",
    "{}",
    '"',
    "\uD800",
  ),
);
const name = fc.stringMatching(/^[A-Za-z_]\w{0,10}$/);
const filled = text.map((one) => one || "x");
const values = fc.dictionary(name, fc.jsonValue(), { maxKeys: 3 });

const known = fc.record<Sample>(
  {
    id: filled,
    prompt: filled,
    optimal_tool: fc.constantFrom("none", "code_executor", "math.factorial"),
    reasoning: text,
    difficulty: fc.constantFrom(...DIFFICULTIES),
    category: fc.constantFrom(...CATEGORIES),
    ground_truth_output: text,
    alternative_tools: fc.array(name, { maxLength: 2 }),
    gold_answer: text,
    gold_program: text,
    gold_calls: fc.array(fc.record({ name, arguments: values }), { maxLength: 2 }),
    check: fc.constantFrom({ kind: "numeric" as const, tolerance: 0.5 }, { kind: "exact" as const }),
    template: text,
    topic: text,
    files: fc.dictionary(name, text, { maxKeys: 2 }),
    split: fc.constantFrom(...SPLITS),
  },
  {
    requiredKeys: [
      "id",
      "prompt",
      "optimal_tool",
      "reasoning",
      "difficulty",
      "category",
      "ground_truth_output",
      "alternative_tools",
    ],
  },
);

const sample = fc
  .tuple(fc.dictionary(fc.oneof(name, text), fc.jsonValue(), { maxKeys: 3 }), known)
  // As files hold them: a number is what JSON makes of it.
  .map(([extra, fields]) => JSON.parse(JSON.stringify({ ...extra, ...fields })) as Sample)
  .filter((one) => sampleFaults(one).length === 0);

/** Valid samples, with fields of one's own and texts that are easily mistaken, and the ids each once. */
export const samplesOf = fc
  .uniqueArray(sample, { minLength: 1, maxLength: 6, selector: ({ id }) => id })
  .filter((samples) => samples.length > 0);
