import fc from "fast-check";
import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { describe as sentenceOf, fixDataset, readDataset, sampleFaults } from "../../../src/data/formats/index.ts";
import { parseDataset } from "../../../src/data/index.ts";
import { Sample } from "../../../src/protocol/index.ts";
import { plainSample as sample } from "../plain-sample.ts";

const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const tool = (name: string) => ({ name, description: "", parameters: { type: "object" } });
const bytes = (text: string) => new Blob([text]).stream() as ReadableStream<Uint8Array>;

describe("reading", () => {
  it("gives the samples of lines and of a list, from a text, a blob or a stream, gzipped too", async () => {
    const rows = [sample({ id: "é" }), sample({ id: '[{"]}\\', mine: [1, { deep: "]" }] })];
    for (const text of [lines(...rows), JSON.stringify(rows), JSON.stringify(rows, null, 2)]) {
      const gzip = bytes(text).pipeThrough(new CompressionStream("gzip") as never);
      for (const source of [text, new Blob([text]), bytes(text), gzip as ReadableStream<Uint8Array>]) {
        expect(await readDataset(source)).toMatchObject({ samples: rows, rows: 2, problemCount: 0, notices: [] });
      }
    }
  });

  it("reads what the strict reader reads, however the bytes are cut", async () => {
    const jsonRow = fc.record({ prompt: fc.string({ minLength: 1, unit: "binary" }), own: fc.jsonValue() });
    const property = fc.asyncProperty(
      fc.array(jsonRow, { minLength: 1 }),
      fc.boolean(),
      fc.nat(),
      async (own, list, at) => {
        const rows = own.map((row, i) => sample({ ...row, id: String(i) }));
        const text = list ? JSON.stringify(rows) : lines(...rows);
        const all = new TextEncoder().encode(text);
        const parts = [all.slice(0, at % all.length), all.slice(at % all.length)];
        const { samples } = await readDataset(new Blob(parts).stream() as ReadableStream<Uint8Array>);
        expect(samples).toEqual(parseDataset(text, "f"));
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });

  it("names every problem, each in a sentence, and goes on", async () => {
    const bad = sample({ id: "b", prompt: 3, category: "x", gold_calls: [{ name: "f" }] });
    const { problems, samples, rows } = await readDataset(`${lines(bad)}{"id":\n${lines(sample(), sample())}`);
    expect(problems.map((problem) => sentenceOf(problem, "f"))).toEqual([
      "f, row 1, field prompt: must be string.",
      'f, row 1, field category: "x" is not one of pure_reasoning, execution_required, ambiguous, multi_step.',
      "f, row 1, field gold_calls.0.arguments: missing.",
      expect.stringMatching(/^f, row 2: this is not JSON \(.*\)\.$/s),
      'f, row 4, field id: "a" is the id of row 3 already.',
    ]);
    expect({ rows, samples }).toEqual({ rows: 4, samples: [sample()] });
  });

  it.each([
    ["calls where none is wanted", { gold_calls: [{ name: "f", arguments: {} }] }, "gold_calls"],
    ["keywords without words", { check: { kind: "keywords", all: [" "] } }, "check"],
    ["a check of calls without calls", { check: { kind: "calls" } }, "check.calls"],
    [
      "calls that contradict the label",
      { check: { kind: "calls", calls: [{ name: "f", arguments: {} }] } },
      "check.calls",
    ],
    ["tools without the optimal one", { optimal_tool: "g", tools: [tool("f")] }, "optimal_tool"],
    ["two tools of one name", { tools: [tool("f"), tool("f")] }, "tools.1.name"],
    ["a tool with a name that decisions have", { tools: [tool("malformed")] }, "tools.0.name"],
    [
      "gold calls to other tools",
      { optimal_tool: "f", tools: [tool("f")], gold_calls: [{ name: "g", arguments: {} }] },
      "gold_calls.0.name",
    ],
    ["a path that leaves the workspace", { files: { "../a": "" } }, "files"],
    ["a label in other case", { optimal_tool: "Code Executor" }, "optimal_tool"],
  ])("finds %s", (_, change, field) => {
    expect(sampleFaults(sample(change)).map((fault) => fault.field)).toEqual([field]);
    expect(() => parseDataset(lines(sample(change)), "f")).toThrow(`f, row 1, field ${field}: `);
  });

  it("agrees with TypeBox on what a sample's shape is", () => {
    const odd = fc.oneof(fc.constant("easy"), fc.constant([]), fc.constant({}), fc.jsonValue({ maxDepth: 3 }));
    const field = fc.constantFrom(
      ...Object.keys(Sample.properties),
      "check.kind",
      "check.calls",
      "tools.0",
      "gold_calls.0",
    );
    fc.assert(
      fc.property(field, odd, (path, value) => {
        const [name = "", inner] = path.split(".");
        const made = inner === undefined ? value : inner === "0" ? [value] : { kind: "exact", [inner]: value };
        const row = JSON.parse(JSON.stringify(sample({ [name]: made }))) as object;
        const shape = Value.Check(Sample, row);
        if (!shape) expect(sampleFaults(row)).not.toEqual([]);
        else
          expect(
            sampleFaults(row).filter(({ message }) => /must be|missing|not one of|empty|no such/.test(message)),
          ).toEqual([]);
      }),
    );
  });

  it("caps the words, never the count", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => sample({ id: String(i), difficulty: "x" }));
    const result = await readDataset(lines(...rows), { most: 10 });
    expect([result.problems.length, result.problemCount]).toEqual([10, 30]);
  });

  it.each([
    ["[1", "row 1: the list is not closed"],
    ['[1,,"a"]', "row 2: nothing stands between two commas"],
    ["[] x", "row 1: something stands behind the end"],
    ["[]", "there are no samples in it"],
    ["", "there are no samples in it"],
  ])("says what is wrong with %s", async (text, sentence) => {
    const { problems } = await readDataset(text);
    expect(problems.map((problem) => sentenceOf(problem, "f")).join("\n")).toContain(sentence);
  });

  it("refuses bytes that are no text, and stops when told to", async () => {
    await expect(readDataset(new Blob([new Uint8Array([123, 255, 254])]), { name: "f.jsonl" })).rejects.toThrow(
      "f.jsonl: this is not text in UTF-8",
    );
    const abort = new AbortController();
    abort.abort();
    await expect(readDataset(lines(sample()), { signal: abort.signal })).rejects.toThrow(/abort/i);
  });
});

describe("mending", () => {
  it.each([
    [{ optimal_tool: " Code-Executor " }, { optimal_tool: "code_executor" }],
    [{ optimal_tool: null }, { optimal_tool: "none" }],
    [{ category: "Multi-Step" }, { category: "multi_step" }],
    [{ category: "reasoning" }, { category: "pure_reasoning" }],
    [{ difficulty: " HARD" }, { difficulty: "hard" }],
    [{ split: "val" }, { split: "validation" }],
    [{ alternative_tools: undefined }, { alternative_tools: [] }],
    [{ alternative_tools: "code_executor" }, { alternative_tools: ["code_executor"] }],
    [{ ground_truth_output: 4.5 }, { ground_truth_output: "4.5" }],
    [{ gold_answer: null }, { gold_answer: undefined }],
    [{ check: "Numeric" }, { check: { kind: "numeric" } }],
    [{ check: { kind: "calls" } }, { check: { kind: "calls", calls: [] } }],
    [
      { optimal_tool: "f", gold_calls: [{ name: "f", arguments: '{"a":1}' }] },
      { optimal_tool: "f", gold_calls: [{ name: "f", arguments: { a: 1 } }] },
    ],
    [{ files: { "./a\\b": "x" } }, { files: { "a/b": "x" } }],
  ])("%j", async (change, wanted) => {
    const text = lines(sample(change));
    const { samples, changes, problemCount } = await fixDataset(text);
    expect({ samples, problemCount }).toEqual({
      samples: [JSON.parse(JSON.stringify(sample(wanted)))],
      problemCount: 0,
    });
    expect(changes).toHaveLength(1);
    const before = await readDataset(text);
    expect(before.fixable).toBe(before.problemCount);
    expect(before.problems.map(({ fix }) => fix)).toContain(changes[0]!.what);
  });

  it("gives a second row of an id another one, and takes byte order marks and CR LF away", async () => {
    const text = `\uFEFF${lines(sample(), sample(), sample({ id: "a-2" })).replaceAll("\n", "\r\n")}`;
    const { samples, changes, notices } = await fixDataset(text);
    expect(samples.map(({ id }) => id)).toEqual(["a", "a-2", "a-2-2"]);
    expect([changes.length, notices.length]).toEqual([4, 2]);
  });

  it("keeps its hands off what only a person can tell", async () => {
    const rows = [
      sample({ ground_truth_output: 2 ** 60 }),
      sample({ id: "b", category: "fun" }),
      sample({ id: "c", prompt: "" }),
    ];
    const { samples, problemCount, changeCount } = await fixDataset(lines(...rows));
    expect({ samples, problemCount, changeCount }).toEqual({ samples: [], problemCount: 3, changeCount: 0 });
  });
});
