import { createServer } from "node:http";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runProgram } from "../../src/cli/program.ts";
import { captured } from "./doubles.ts";
import { plainSample as sample } from "../data/plain-sample.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "agentcoder-data-"))));
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = captured();
  const code = await runProgram(["data", ...argv]);
  vi.restoreAllMocks();
  return { code, ...said };
}
async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}
const lines = async (path: string) =>
  (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("data validate", () => {
  it("ends with 0 where nothing is wrong, published data too", async () => {
    expect(await run("validate", "datasets/tool_use_v0/data.jsonl")).toMatchObject({
      code: 0,
      out: "data.jsonl: 360 rows, 0 problems.\n",
    });
  });

  it("names each problem, mends, and says what stays wrong", async () => {
    const path = await file(
      "my.jsonl",
      [sample({ difficulty: "Hard" }), sample({ id: "b", prompt: "" })].map((row) => JSON.stringify(row)).join("\n"),
    );
    const { code, out } = await run("validate", path);
    expect({ code, out: out.split("\n") }).toEqual({
      code: 1,
      out: [
        'my.jsonl, row 1, field difficulty: "Hard" is not one of easy, medium, hard. (--fix: "Hard" written as "hard")',
        "my.jsonl, row 2, field prompt: empty.",
        "my.jsonl: 2 rows, 2 problems, 1 of them can be mended with --fix OUT.jsonl.",
        "",
      ],
    });
    const fixed = await run("validate", path, "--fix", path, "--json");
    expect(fixed.code).toBe(1);
    expect(JSON.parse(fixed.out)).toMatchObject({ rows: 2, samples: 1, problemCount: 1, changeCount: 1 });
    expect(await lines(path)).toEqual([sample({ difficulty: "hard" })]);
    expect((await run("validate", path)).code).toBe(0);
  });
});

describe("data import", () => {
  it("maps columns, counts what is kept, and names what is wrong", async () => {
    const path = await file("q.csv", "Frage,Loesung,note\nWhat is 2+2?,4,mine\n,5,yours\n");
    const output = join(folder, "new", "out.jsonl");
    const map = "prompt=Frage,gold_answer=Loesung,category==pure_reasoning";
    const { code, out } = await run("import", path, "--output", output, "--map", map, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ rows: 2, samples: 1, kept: { note: 1 } },
      problems: [{ row: 3, field: "prompt", message: "empty" }],
    });
    expect(await lines(output)).toMatchObject([
      { id: "q-2", prompt: "What is 2+2?", gold_answer: "4", category: "pure_reasoning", note: "mine" },
    ]);
  });

  it("joins answers, and takes a preset", async () => {
    const question = [[{ role: "user", content: "Add" }]];
    const path = await file(
      "b.json",
      JSON.stringify({ id: "s_0", question, function: [{ name: "add", parameters: { type: "dict" } }] }),
    );
    const answers = await file("a.json", JSON.stringify({ id: "s_0", ground_truth: [{ add: {} }] }));
    const output = join(folder, "out.jsonl");
    expect(await run("import", path, "--preset", "bfcl", "--answers", answers, "--output", output)).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 samples of 1 rows") as string,
    });
    expect(await lines(output)).toMatchObject([{ id: "s_0", optimal_tool: "add" }]);
  });

  it("reads the hub's rows and goes on where it stopped", async () => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      const first = Number(searchParams.get("offset"));
      const rows = [0, 1, 2].slice(first, first + Number(searchParams.get("length")));
      const page = {
        rows: rows.map((i) => ({ row_idx: i, row: { question: `q${i}` }, truncated_cells: [] })),
        num_rows_total: 3,
      };
      response.end(JSON.stringify(pathname === "/splits" ? { splits: [{ config: "c", split: "test" }] } : page));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const hub = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const output = join(folder, "out.jsonl");
    const argv = ["import", "hub:a/b", "--hub", hub, "--split", "test", "--output", output];
    expect(await run(...argv, "--limit", "2")).toMatchObject({ code: 0 });
    expect(await run(...argv, "--from", "2")).toMatchObject({ code: 0 });
    server.close();
    expect(await lines(output)).toMatchObject(
      [0, 1, 2].map((i) => ({ id: `b-${i + 1}`, prompt: `q${i}`, split: "test" })),
    );
  });

  it.each([
    [["paint"], 2, /^"paint" is no action of data: known are /],
    [["validate"], 2, /^data validate needs a file/],
    [["validate", "gone.jsonl"], 1, /^gone\.jsonl cannot be read: ENOENT/],
    [["import", "a.jsonl"], 2, /--output are needed/],
    [["import", "a.jsonl", "--output", "a.csv"], 2, /its name must end in \.jsonl/],
    [["import", "a.jsonl", "--output", "a.jsonl", "--from", "3"], 2, /^--from belongs to hub:/],
    [
      ["import", "datasets/tool_use_v0/data.jsonl", "--output", "a.jsonl", "--map", "prompt"],
      2,
      /^--map has "prompt": write/,
    ],
  ])("%j ends with %d and one sentence", async (argv, code, sentence) => {
    const said = await run(...argv);
    expect({ code: said.code, out: said.out }).toEqual({ code, out: "" });
    expect(said.err).toMatch(sentence);
  });
});
