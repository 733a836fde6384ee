import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDataset, toJsonl } from "../../src/data/index.ts";
import { CATEGORIES, DIFFICULTIES, SPLITS, UserError, type Sample } from "../../src/protocol/index.ts";
import { plainSample as sample } from "./plain-sample.ts";

const read = (...rows: unknown[]) => parseDataset(rows.map((row) => JSON.stringify(row)).join("\n"), "my.jsonl");

/** Any valid sample, with and without each optional field. */
const samples = fc
  .uniqueArray(
    fc.record(
      {
        id: fc.string({ minLength: 1 }),
        prompt: fc.string({ minLength: 1, unit: "binary" }),
        optimal_tool: fc.string({ minLength: 1 }),
        reasoning: fc.string({ unit: "grapheme" }),
        difficulty: fc.constantFrom(...DIFFICULTIES),
        category: fc.constantFrom(...CATEGORIES),
        ground_truth_output: fc.string(),
        alternative_tools: fc.array(fc.string()),
        gold_answer: fc.string(),
        gold_program: fc.string(),
        gold_calls: fc.array(fc.record({ name: fc.string(), arguments: fc.dictionary(fc.string(), fc.jsonValue()) })),
        check: fc.record({ kind: fc.constant("keywords" as const), all: fc.constant(["x"]) }),
        template: fc.string(),
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
    ),
    { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
  )
  // JSON knows neither -0 nor the null prototypes that the generator makes.
  .map((rows) => JSON.parse(JSON.stringify(rows)) as Sample[]);

describe("reading", () => {
  it("gives back what was written, as lines and as an array", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const text = toJsonl(rows);
        expect(parseDataset(text, "f")).toEqual(rows);
        expect(toJsonl(parseDataset(text, "f"))).toBe(text);
        expect(parseDataset(JSON.stringify(rows, null, 2), "f")).toEqual(rows);
      }),
    );
  });

  it("takes a byte order mark, empty lines, CR LF and fields of one's own", () => {
    const own = sample({ source: "mine" });
    expect(parseDataset(`\uFEFF\r\n${JSON.stringify(own)}\r\n\r\n`, "f")).toEqual([own]);
  });

  it("any text gives samples or one sentence", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `[${text}]`),
        ),
        (text) => {
          try {
            parseDataset(text, "f");
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            expect((error as Error).message).toMatch(/^f[,:] .*\.$/s);
          }
        },
      ),
    );
  });
});

describe("mistakes are named by file, row and field", () => {
  it.each([
    [[sample(), sample()], 'my.jsonl, row 2, field id: "a" is the id of row 1 already.'],
    [[sample({ optimal_tool: undefined })], "my.jsonl, row 1, field optimal_tool: missing."],
    [[sample({ prompt: 3 })], "my.jsonl, row 1, field prompt: must be string."],
    [[sample({ prompt: "" })], "my.jsonl, row 1, field prompt: empty."],
    [
      [sample({ category: "hard" })],
      'my.jsonl, row 1, field category: "hard" is not one of pure_reasoning, execution_required, ambiguous, multi_step.',
    ],
    [[sample({ difficulty: 2 })], "my.jsonl, row 1, field difficulty: 2 is not one of easy, medium, hard."],
    [
      [sample({ split: "dev" })],
      'my.jsonl, row 1, field split: "dev" is not one of train, validation, test, test_tools.',
    ],
    [[sample({ alternative_tools: "none" })], "my.jsonl, row 1, field alternative_tools: must be array."],
    [[sample({ alternative_tools: [1] })], "my.jsonl, row 1, field alternative_tools.0: must be string."],
    [
      [sample({ check: { kind: "regex" } })],
      'my.jsonl, row 1, field check.kind: "regex" is not one of exact, numeric, sympy, keywords, calls.',
    ],
    [
      [sample({ check: { kind: "keywords", none: ["x"] } })],
      'my.jsonl, row 1, field check: keywords needs at least one keyword in "all" or "any".',
    ],
    [[sample({ gold_calls: [{ name: "f" }] })], "my.jsonl, row 1, field gold_calls.0.arguments: missing."],
    [[sample(), 7], "my.jsonl, row 2: this is not a sample but a single value."],
  ])("%#", (rows, message) => {
    expect(() => read(...rows)).toThrow(message);
  });

  it("broken JSON and empty files", () => {
    expect(() => parseDataset(`${JSON.stringify(sample())}\n{"id":`, "my.jsonl")).toThrow(
      /^my.jsonl, row 2: this is not JSON/,
    );
    expect(() => parseDataset("[1,", "my.json")).toThrow(/^my.json: this is not JSON/);
    expect(() => parseDataset("\n", "my.jsonl")).toThrow("my.jsonl: there are no samples in it.");
    expect(() => parseDataset("[]", "my.json")).toThrow("my.json: there are no samples in it.");
  });
});
