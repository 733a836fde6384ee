import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parseTurn } from "../../../src/agent/index.ts";
import { GRADING } from "../../../src/data/exports/python.ts";
import { EXPORTS, type ExportOptions } from "../../../src/data/exports/index.ts";
import { gradeAnswer, gradeCalls } from "../../../src/evaluation/scorers/index.ts";
import { PRESETS } from "../../../src/data/formats/index.ts";
import type { Check, Sample } from "../../../src/protocol/index.ts";
import { coding, echo, published, sampleOf, TOOLS } from "../training/doubles.ts";

const notes: string[] = [];
const options: ExportOptions = { name: "mine.jsonl", sha256: "ab".repeat(32), tools: TOOLS, run: echo };
const write = async (id: string, samples: readonly Sample[], more: Partial<ExportOptions> = {}) => {
  notes.length = 0;
  const form = EXPORTS.find((one) => one.id === id)!;
  const files = await form.files(samples, { ...options, note: (sentence) => void notes.push(sentence), ...more });
  return Object.fromEntries(files.map((file) => [file.name, "text" in file ? file.text : ""]));
};
const rowsOf = (text: string | undefined) =>
  (text ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it("every form has an id of its own", () => {
  expect(new Set(EXPORTS.map(({ id }) => id)).size).toBe(EXPORTS.length);
});

describe("chat", () => {
  it("a call has an id that its result names, and its arguments are a text", async () => {
    const files = await write("chat", [coding({ gold_answer: "four" })]);
    const [row] = rowsOf(files["mine.chat.jsonl"]);
    expect(row).toMatchObject({
      messages: [
        { role: "user", content: "What is 2 + 2?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: "code_executor", arguments: '{"code":"print(2 + 2)"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: '<{"code":"print(2 + 2)"}>' },
        { role: "assistant", content: "four" },
      ],
      metadata: { sample_id: "a", dataset_sha256: options.sha256 },
    });
  });

  it("is a form that can be imported", async () => {
    const rows = rowsOf((await write("chat", published.samples))["mine.chat.jsonl"]);
    expect(rows).toHaveLength(180);
    expect(PRESETS.chat.matches(rows)).toBe(true);
  });
});

describe("hermes", () => {
  it("tools stand in the system turn, calls as our parser reads them, and results cannot end their tag", async () => {
    const run: ExportOptions["run"] = async () => [{ shown: "4</tool_response>x", success: true, killed: null }];
    const [row] = rowsOf((await write("hermes", [coding({ gold_answer: "four" })], { run }))["mine.hermes.jsonl"]);
    const turns = row!["conversations"] as { from: string; value: string }[];
    expect(turns.map(({ from }) => from)).toEqual(["system", "human", "gpt", "tool", "gpt"]);
    const [, listed] = /<tools>\n(.*)\n<\/tools>/s.exec(turns[0]!.value) ?? [];
    expect(listed?.split("\n").map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(String(row!["tools"])));
    expect(parseTurn(turns[2]!.value).calls[0]?.call).toEqual(coding().gold_calls?.[0]);
    expect(turns[3]!.value).toBe("<tool_response>\n4< /tool_response>x\n</tool_response>");
  });
});

describe("bfcl", () => {
  it("samples go to their category, and the gold calls pass the checker", async () => {
    const one = [{ ...TOOLS[0]!, body: "print(1)" }];
    const twice = coding({ id: "d", gold_calls: [...coding().gold_calls!, ...coding().gold_calls!] });
    const files = await write("bfcl", [sampleOf(), coding({ id: "b" }), coding({ id: "c", tools: one }), twice]);
    expect(Object.keys(files).sort()).toEqual([
      "BFCL_v4_irrelevance.json",
      "BFCL_v4_multiple.json",
      "BFCL_v4_simple_python.json",
      "possible_answer/BFCL_v4_multiple.json",
      "possible_answer/BFCL_v4_simple_python.json",
    ]);
    const [question] = rowsOf(files["BFCL_v4_simple_python.json"]);
    expect(question).toEqual({
      id: "simple_python_0",
      question: [[{ role: "user", content: "What is 2 + 2?" }]],
      function: [
        {
          name: "code_executor",
          description: TOOLS[0]!.description,
          parameters: {
            type: "dict",
            properties: { code: { type: "string" } },
            required: ["code"],
            additionalProperties: false,
          },
        },
      ],
      sample_id: "c",
    });
    const [answer] = rowsOf(files["possible_answer/BFCL_v4_simple_python.json"]);
    const [[name, accepted]] = Object.entries((answer!["ground_truth"] as object[])[0]!) as [[string, never]];
    expect(gradeCalls(coding().gold_calls!, [{ name, arguments: accepted }]).correct).toBe(true);
    expect(notes).toEqual(["Left out 1: BFCL has no category for calls one after another."]);
  });

  it("nothing is written where no sample fits", async () => {
    await expect(write("bfcl", [coding({ gold_calls: [] })])).rejects.toThrow(/none of its samples can be asked/);
  });
});

describe("harnesses in Python", () => {
  it("Inspect's samples have all fields, the tools that are listed, and programs that compile", async () => {
    const files = await write("inspect", [coding({ check: { kind: "numeric" } })]);
    const [row] = rowsOf(files["samples.jsonl"]);
    const { id, prompt, ...rest } = coding({ check: { kind: "numeric" } });
    expect(row).toEqual({ id, input: prompt, target: "4", metadata: { ...rest, tools: TOOLS } });
    compile([files["task.py"]!, files["grading.py"]!]);
  });

  it("lm-eval's folder asks for answers only", async () => {
    const calls = coding({ id: "b", check: { kind: "calls", calls: [] } });
    const files = await write("lm-eval", [sampleOf(), calls]);
    expect(Object.keys(files)).toEqual(["mine.yaml", "samples.jsonl", "grading.py", "task.py"]);
    expect(rowsOf(files["samples.jsonl"])).toMatchObject([{ id: "a", target: "4", check: '{"kind":"exact"}' }]);
    expect(notes).toEqual(["Left out 1: lm-eval asks for answers, and these samples have none."]);
    compile([files["task.py"]!, files["grading.py"]!]);
  });

  it("grade as we do", async () => {
    const numeric: Check = { kind: "numeric" };
    const words: Check = { kind: "keywords", all: ["git add"], none: ["or"], max_words: 6 };
    const cases: [answer: string, gold: string, check: Check, prompt?: string][] = [
      ["The answer is 1,234.", "1234", numeric],
      ["-5", "5", numeric],
      ["3 or 4", "4", numeric],
      ["2 + 2 = 4", "4", numeric, "What is 2 + 2?"],
      ["12345678901234567890", "12345678901234567891", numeric],
      ["0.5000001", "0.5", numeric],
      ["10.4", "10", { kind: "numeric", tolerance: 0.05 }],
      ["Sure, it is [1, 2]", "[1,2]", { kind: "exact" }],
      ["The Paris.", "paris", { kind: "exact" }],
      ["the paris", "Paris", { kind: "exact", case_sensitive: true }],
      ["Use git add.", "git add", words],
      ["git add or commit", "git add", words],
      ["legit adder", "git add", words],
      ["git add is what you want to use now", "git add", words],
      ["x**2 + x", "x**2 + x", { kind: "sympy" }],
      // Nothing that is no expression reaches SymPy, which runs what it reads.
      ["x.__class__", "x**2 + x", { kind: "sympy" }],
      ["", "4", numeric],
      ...published.samples.map(({ gold_answer = "", check = numeric, prompt }): (typeof cases)[number] => [
        `The answer is ${gold_answer}.`,
        gold_answer,
        check,
        prompt,
      ]),
    ];
    const program = `${GRADING}\nimport json, sys\nfor row in json.load(sys.stdin): print(grade(*row))`;
    const rows = cases.map(([answer, gold, check, prompt = ""]) => [answer, gold, check, prompt]);
    const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(rows), encoding: "utf8" });
    const ours = cases.map(([answer, gold_answer, check, prompt = "?"]) =>
      gradeAnswer(sampleOf({ gold_answer, check, prompt }), answer),
    );
    const grades = stdout.trim().split("\n");
    for (const [i, { correct }] of (await Promise.all(ours)).entries()) {
      expect([cases[i], grades[i]], stderr).toEqual([cases[i], correct ? "True" : "False"]);
    }
  });
});

function compile(programs: string[]): void {
  const input = JSON.stringify(programs);
  const code = "import json, sys\nfor p in json.load(sys.stdin): compile(p, 'p', 'exec')";
  expect(spawnSync("python3", ["-c", code], { input, encoding: "utf8" }).stderr).toBe("");
}
