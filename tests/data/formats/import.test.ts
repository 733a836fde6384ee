import { csvFormatRows } from "d3-dsv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  importRows,
  preview,
  type Imported,
  type ImportOptions,
  type Mapping,
} from "../../../src/data/formats/index.ts";
import { openRows } from "../../../src/data/formats/rows.ts";
import { firstAccepted, onlyAccepted } from "../../../src/data/formats/accepted.ts";
import { collect } from "./collect.ts";

const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

async function all(text: string, mapping?: Mapping, options: ImportOptions = {}): Promise<Imported[]> {
  return collect(importRows(text, mapping ?? (await preview(text, options)).guess, options));
}
async function samplesOf(text: string, options: ImportOptions = {}) {
  return (await all(text, undefined, options)).map((one) => ("sample" in one ? one.sample : one.problems));
}

describe("tables", () => {
  it("reads what d3-dsv writes, cell by cell", async () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r\n", ";", "a", " ", "é") });
    const table = fc.array(fc.tuple(fc.constant("x"), cell, cell), { minLength: 1 });
    const property = fc.asyncProperty(table, async (cells) => {
      const rows = await openRows(csvFormatRows([["k", "b", "c"], ...cells]), { format: "csv" });
      const values = (await collect(rows)).map((row) => ("value" in row ? row.value : row));
      expect(values).toEqual(cells.map(([k, b, c]) => ({ k, b, c })));
    });
    await fc.assert(property);
  });

  it("names rows with other numbers of cells and quotes that do not fit", async () => {
    const rows = await collect(await openRows('a;b\n1;2\n1\n"x"y;2\n"3', { format: "csv" }));
    expect(rows).toEqual([
      { row: 2, value: { a: "1", b: "2" } },
      { row: 3, problem: "1 cells where the first row has 2" },
      { row: 4, problem: "something stands between a closing quote and the end of its cell" },
      { row: 5, problem: "a quoted cell is not closed: the file is cut off" },
    ]);
  });

  it("guesses columns by their names and keeps the others", async () => {
    const text = "Question,Answer,Level,note\nWhat is 2+2?,4,Easy,mine\n";
    const { columns, rows, guess, preset } = await preview(text);
    expect({ columns, preset, n: rows.length }).toEqual({
      columns: ["Question", "Answer", "Level", "note"],
      preset: null,
      n: 1,
    });
    expect(guess).toMatchObject({
      prompt: { column: "Question" },
      gold_answer: { column: "Answer" },
      optimal_tool: { constant: "none" },
    });
    const [one] = await all(text, guess, { name: "dir/quiz.csv" });
    expect(one).toMatchObject({
      sample: { id: "quiz-2", prompt: "What is 2+2?", gold_answer: "4", difficulty: "easy", note: "mine" },
      kept: ["note"],
      changes: [{ row: 2, field: "difficulty" }],
    });
  });
});

describe("nothing is lost", () => {
  it("an empty text is one, but where a table cannot say that there is none", async () => {
    const row = { prompt: "a", gold_answer: "", alternative_tools: "code_executor" };
    const wanted = { prompt: "a", alternative_tools: ["code_executor"] };
    expect(await samplesOf(lines(row))).toMatchObject([{ ...wanted, gold_answer: "" }]);
    const [sample] = await samplesOf(csvFormatRows([Object.keys(row), Object.values(row)]), { format: "csv" });
    expect(sample).toMatchObject(wanted);
    expect(sample).not.toHaveProperty("gold_answer");
  });

  it("every column is on the sample, as it was", async () => {
    const row = fc.dictionary(
      fc.constantFrom("id", "prompt", "tools", "source_prompt", "extra_fields", "__proto__", "x"),
      fc.jsonValue(),
    );
    const property = fc.asyncProperty(row, fc.string({ minLength: 1 }), async (extra, prompt) => {
      const given = JSON.parse(JSON.stringify({ ...extra, q: prompt })) as Record<string, unknown>;
      const mapping = (await preview("question\nx\n", { format: "csv" })).guess;
      const [one] = await all(lines(given), { ...mapping, prompt: { column: "q" } });
      const { sample } = one as { sample: Record<string, unknown> };
      const found = Object.values(sample).map((value) => JSON.stringify(value));
      for (const value of Object.values(given)) expect(found).toContain(JSON.stringify(value));
      expect((one as { kept: string[] }).kept).toHaveLength(Object.keys(given).length - 1);
    });
    await fc.assert(property);
  });

  it("a row that cannot be a sample is told", async () => {
    const mapping = {
      ...(await preview("question\nx\n", { format: "csv" })).guess,
      check: { column: "check", transform: "json" as const },
    };
    expect(await all(`${lines({ question: "a", check: "{" }, 3, { question: 4 })}{`, mapping)).toMatchObject([
      { row: 1, problems: [{ message: '"{" is not JSON' }] },
      { row: 2, problems: [{ message: "this is not an object with columns" }] },
      { sample: { prompt: "4" }, changes: [{ field: "prompt" }] },
      { row: 4, problems: [{ message: expect.stringContaining("not JSON") as string }] },
    ]);
    await expect(all(lines({ a: 1 }))).rejects.toThrow("The mapping has no prompt");
    await expect(all(lines({ a: 1 }), { prompt: { column: "a", transform: "eval" as never } })).rejects.toThrow(
      'has "eval"',
    );
  });
});

describe("presets", () => {
  it("gsm8k", async () => {
    const text = lines(
      { question: "How many?", answer: "1+1=2\nso\n#### 2,125" },
      { question: "And?", answer: "#### " },
    );
    expect(await samplesOf(text, { name: "g.jsonl" })).toMatchObject([
      {
        id: "g-1",
        gold_answer: "2125",
        category: "ambiguous",
        optimal_tool: "none",
        difficulty: "easy",
        check: { kind: "numeric" },
      },
      [{ row: 2, message: expect.stringContaining("####") as string }],
    ]);
  });

  const functionOf = (name: string, parameters: object) => ({ name, description: "", parameters });
  const asked = (id: string) => ({
    id,
    question: [[{ role: "user", content: `Ask ${id}` }]],
    function: [
      functionOf("a.b", {
        type: "dict",
        properties: { x: { type: "float", default: 1 }, t: { type: "tuple", items: { type: "any" } } },
        required: ["x"],
      }),
    ],
  });

  it("bfcl", async () => {
    const answers = lines(
      { id: "simple_0", ground_truth: [{ "a.b": { x: ["", 2], t: ["", [1]] } }] },
      { id: "simple_9", ground_truth: [] },
    );
    const found = await samplesOf(lines(asked("simple_0"), asked("irrelevance_0"), asked("simple_1")), { answers });
    expect(found).toMatchObject([
      {
        optimal_tool: "a.b",
        gold_calls: [{ name: "a.b", arguments: { x: 2 } }],
        check: { kind: "calls", calls: [{ name: "a.b", arguments: { x: ["", 2], t: ["", [1]] } }] },
        tools: [
          {
            name: "a.b",
            parameters: {
              type: "object",
              properties: { x: { type: "number" }, t: { type: "array", items: {} } },
              required: ["x"],
            },
          },
        ],
      },
      { optimal_tool: "none", check: { kind: "calls", calls: [] } },
      [{ message: expect.stringContaining("there is no answer for simple_1") as string }],
      [{ row: null, message: "the answer simple_9 belongs to no row" }],
    ]);
    expect(JSON.stringify((found[0] as { tools: unknown }).tools)).not.toContain("default");
  });

  it("a call's only accepted values are its arguments again", () => {
    const value = fc.jsonValue({ maxDepth: 3 }).filter((one) => !JSON.stringify(one).includes('""'));
    fc.assert(
      fc.property(value, (one) => {
        expect(firstAccepted(onlyAccepted(one))).toEqual(one);
      }),
    );
  });

  const call = { id: "c", type: "function", function: { name: "f", arguments: '{"a":{"b":[1,2]}}' } };
  const tools = [
    {
      type: "function",
      function: functionOf("f", { type: "object", properties: { a: { type: ["object", "null"] } } }),
    },
  ];
  const user = { role: "user", content: "Do it" };

  it("chat", async () => {
    const called = {
      messages: [
        { role: "system", content: "s" },
        user,
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", content: "7" },
        { role: "assistant", content: "It is 7" },
        user,
      ],
      tools,
    };
    const plain = { messages: [user, { role: "assistant", content: [{ type: "text", text: "No" }] }] };
    expect(await samplesOf(lines(called, plain, { messages: [user] }))).toMatchObject([
      {
        prompt: "Do it",
        optimal_tool: "f",
        gold_calls: [{ name: "f", arguments: { a: { b: [1, 2] } } }],
        check: { kind: "calls", calls: [{ name: "f", arguments: { a: [{ b: [[1, 2]] }] } }] },
        gold_answer: "It is 7",
        ground_truth_output: "7",
        source_tools: tools,
      },
      { optimal_tool: "none", gold_answer: "No" },
      [{ message: "there is no assistant's turn that could be a label" }],
    ]);
  });

  it("trl", async () => {
    const pair = {
      prompt: [user],
      chosen: [{ role: "assistant", tool_calls: [call] }],
      rejected: [{ role: "assistant", content: "7" }],
      tools,
    };
    const texts = { prompt: "Say hi", chosen: "hi", rejected: "no" };
    expect(await samplesOf(lines(pair, texts))).toMatchObject([
      { prompt: "Do it", optimal_tool: "f", rejected: pair.rejected, source_prompt: [user] },
      { prompt: "Say hi", optimal_tool: "none", gold_answer: "hi", source_prompt: "Say hi" },
    ]);
  });
});
