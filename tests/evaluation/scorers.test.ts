import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { Check, Sample } from "../../src/protocol/index.ts";
import { gradeAnswer, normalizeAnswer, type Grader } from "../../src/evaluation/index.ts";

function sample(gold: string, check?: Check, prompt = "So, what is it?"): Sample {
  return {
    id: "s",
    prompt,
    optimal_tool: "none",
    reasoning: "",
    difficulty: "easy",
    category: "pure_reasoning",
    ground_truth_output: gold,
    alternative_tools: [],
    gold_answer: gold,
    ...(check && { check }),
  };
}
const verdict = async (answer: string, gold: string, check?: Check, prompt?: string, grader?: Grader) =>
  (await gradeAnswer(sample(gold, check, prompt), answer, grader)).correct;

describe("exact", () => {
  it.each([
    ["The answer is 66.", "66"],
    ["The result is ananab.", "ananab"],
    ["It is a stack.", "stack"],
    ["So, the final answer is: **Stack**", "stack"],
    ["it's `HashMap`!", "hashmap"],
    ["The answer is 1,234,567.", "1234567"],
    ["Result: [1, 2,3]", "[1,2, 3]"],
    ["−5", "-5"],
  ])("takes %j for %j", async (answer, gold) => expect(await verdict(answer, gold)).toBe(true));

  it.each([
    ["The answer is 66 or 67.", "66"],
    ["The answer is 67.", "66"],
    ["5", "-5"],
    ["25", "2.5"],
    ["stack queue heap", "stack"],
    ["[1,234]", "[1234]"],
    ["", "66"],
    ["I don't know", "66"],
  ])("refuses %j for %j", async (answer, gold) => expect(await verdict(answer, gold)).toBe(false));

  it("is stable: normalising twice changes nothing", () =>
    fc.assert(fc.property(fc.string(), (text) => normalizeAnswer(normalizeAnswer(text)) === normalizeAnswer(text))));
});

describe("numeric", () => {
  const check: Check = { kind: "numeric" };
  it.each([
    ["The result is 440,040,051.", "440040051"],
    ["440040051", "440040051"],
    ["It is -3", "-3"],
    ["66.0", "66"],
    ["66. It is 66!", "66"],
    ["3.1400000001", "3.14"],
    ["about 1e3 in all", "1000"],
    ["= 66", "66"],
  ])("takes %j for %j", async (answer, gold) => expect(await verdict(answer, gold, check)).toBe(true));

  it.each([
    ["440040052", "440040051"],
    ["66 or 67", "66"],
    ["3", "-3"],
    ["no idea", "66"],
    ["x66", "66"],
    ["1234567890123456789013", "1234567890123456789012"],
    ["60 66 67 68", "66"],
  ])("refuses %j for %j", async (answer, gold) => expect(await verdict(answer, gold, check)).toBe(false));

  it("lets the question be repeated, but not guessed at", async () => {
    const prompt = "What is 6 * 11?";
    expect(await verdict("6 * 11 = 66", "66", check, prompt)).toBe(true);
    expect(await verdict("6 * 11 = 66 or 65", "66", check, prompt)).toBe(false);
    expect(await verdict("5, 7", "7", check, "Which is larger, 5 or 7?")).toBe(false);
    expect(await verdict("The answer is 7.", "7", check, "Which is larger, 5 or 7?")).toBe(true);
  });

  it("takes a tolerance as relative", async () => {
    expect(await verdict("101", "100", { kind: "numeric", tolerance: 0.01 })).toBe(true);
    expect(await verdict("102", "100", { kind: "numeric", tolerance: 0.01 })).toBe(false);
  });

  it("takes every integer as itself and for no other", () =>
    fc.assert(
      fc.asyncProperty(fc.bigInt(), fc.bigInt(), async (a, b) => {
        expect(await verdict(`The result is ${a}.`, String(a), check)).toBe(true);
        expect(await verdict(`The result is ${b}.`, String(a), check)).toBe(a === b);
      }),
    ));
});

describe("keywords", () => {
  const check: Check = { kind: "keywords", any: ["stack", "lifo"], none: ["queue", "heap"], max_words: 8 };
  it("wants whole words, whatever their case", async () => {
    expect(await verdict("It is a STACK.", "stack", check)).toBe(true);
    expect(await verdict("It is a haystack.", "stack", check)).toBe(false);
    expect(await verdict("O(log n), I think", "x", { kind: "keywords", all: ["o(log n)"] })).toBe(true);
    expect(await verdict("C", "x", { kind: "keywords", all: ["c++"] })).toBe(false);
    expect(await verdict("C++!", "x", { kind: "keywords", all: ["c++"] })).toBe(true);
    expect(await verdict("Use ==", "x", { kind: "keywords", all: ["=="] })).toBe(true);
  });
  it("is not won by stuffing", async () => {
    expect(await verdict("stack lifo queue heap", "stack", check)).toBe(false);
    expect(await verdict("stack stack stack stack stack stack stack stack stack", "stack", check)).toBe(false);
  });
  it("accepts nothing when nothing is asked", async () => {
    expect(await verdict("anything", "x", { kind: "keywords", none: ["queue"] })).toBe(false);
  });
});

it("capitals count where the check says so", async () => {
  const cased: Check = { kind: "exact", case_sensitive: true };
  expect(await verdict("The answer is STONE.", "STONE", cased)).toBe(true);
  expect(await verdict("stone", "STONE", cased)).toBe(false);
  expect(await verdict("stone", "STONE", { kind: "exact" })).toBe(true);
});

describe("sympy", () => {
  const check: Check = { kind: "sympy" };
  const asked: [string, string][] = [];
  const grader: Grader = {
    equal: async (a, b) => {
      asked.push([a, b]);
      return a.replaceAll(" ", "") === b.replaceAll(" ", "") || (a === "3*x + x**2" && b === "x**2 + 3*x");
    },
  };
  it("compares text first, then by algebra", async () => {
    asked.length = 0;
    expect(await verdict("The result is x**2 + 3*x.", "x**2 + 3*x", check, "", grader)).toBe(true);
    expect(asked).toEqual([]);
    expect(await verdict("The result is 3*x + x**2.", "x**2 + 3*x", check, "", grader)).toBe(true);
    expect(await verdict("f(x) = 3*x + x**2", "x**2 + 3*x", check, "", grader)).toBe(true);
    expect(await verdict("x**2", "x**2 + 3*x", check, "", grader)).toBe(false);
  });
  it("compares lists member by member, in any order", async () => {
    expect(await verdict("[3, -2]", "[-2, 3]", check, "", grader)).toBe(true);
    expect(await verdict("x = [3, -2]", "[-2, 3]", check, "", grader)).toBe(true);
    expect(await verdict("[3, 3]", "[-2, 3]", check, "", grader)).toBe(false);
    expect(await verdict("[3, -2, 5]", "[-2, 3]", check, "", grader)).toBe(false);
  });
  it("the question's own expression is no answer", async () => {
    const equal: Grader = { equal: async () => true };
    const question = "Hi, factor x**2 - 9.";
    expect(await verdict("x^2 - 9", "(x - 3)*(x + 3)", check, question, equal)).toBe(false);
    expect(await verdict("The answer is x**2-9.", "(x - 3)*(x + 3)", check, question, equal)).toBe(false);
    expect(await verdict("(x + 3)*(x - 3)", "(x - 3)*(x + 3)", check, question, equal)).toBe(true);
    expect(await verdict("-9", "[-9]", check, "Hi, solve x -9 = -18.", equal)).toBe(true);
    expect(await verdict("exp(x)/2", "exp(x)/2", check, "Hi, differentiate exp(x)/2.", equal)).toBe(true);
  });
  it.each(["0) if 1 else (0", "__import__('os')", "x) + (1", "lambda: 0", "0 or x", "x; y", "x".repeat(500)])(
    "never hands %j to the algebra",
    async (answer) => {
      asked.length = 0;
      expect(await verdict(answer, "x**2", check, "", { equal: async (...pair) => asked.push(pair) > 0 })).toBe(false);
      expect(asked).toEqual([]);
    },
  );
});

it("never rejects, whatever a model writes", () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary" }),
      fc.constantFrom<Check["kind"]>("exact", "numeric", "sympy", "keywords"),
      async (answer, kind) => {
        expect(typeof (await verdict(answer, "12", { kind, all: ["12"] }))).toBe("boolean");
      },
    ),
  ));
