import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { inBrowser } from "../../src/cli/browser.ts";
import { exec } from "../../src/cli/exec.ts";
import { UserError, type ExecRequest, type ExecResult } from "../../src/protocol/index.ts";
import { captured, pageWith } from "./doubles.ts";

vi.mock(import("../../src/cli/browser.ts"), async (original) => ({ ...(await original()), inBrowser: vi.fn() }));

const RESULT: ExecResult = {
  success: true,
  value: null,
  stdout: "45\n",
  stderr: "",
  output: "45\n",
  error: null,
  killed: null,
  files: {},
  execution_time: 0.01,
};

let directory: string;
let asked: ExecRequest[];

/** The sandbox gives this result to every program. */
function sandboxGives(change: Partial<ExecResult> = {}): void {
  const run = async (rows: ExecRequest[]) => {
    asked = rows;
    return { ok: rows.map(({ id }) => ({ ...(id !== undefined && { id }), ...RESULT, ...change })) };
  };
  vi.mocked(inBrowser).mockImplementation(pageWith({ exec: run }) as typeof inBrowser);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "agentcoder-exec-"));
  asked = [];
  sandboxGives();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(inBrowser).mockReset();
  vi.unstubAllGlobals();
  await rm(directory, { recursive: true });
});

async function rowsFile(...rows: unknown[]): Promise<string> {
  const path = join(directory, "rows.jsonl");
  await writeFile(path, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"));
  return path;
}

describe("exec", () => {
  it("prints what a program printed and ends with 0", async () => {
    const said = captured();
    expect(await exec(["--code", "print(45)", "--timeout", "0.5", "--memory", "64"])).toBe(0);
    expect(asked).toEqual([{ code: "print(45)", timeout: 0.5, memory: 64 }]);
    expect(said).toEqual({ out: "45\n", err: "" });
  });

  it("runs a file, and closes the last line", async () => {
    const said = captured();
    await writeFile(join(directory, "p.py"), "40 + 5");
    sandboxGives({ stdout: "", value: "45", output: "45", stderr: "a warning\n" });
    expect(await exec(["--file", join(directory, "p.py")])).toBe(0);
    expect(asked).toEqual([{ code: "40 + 5" }]);
    expect(said).toEqual({ out: "45\n", err: "a warning\n" });
  });

  it.each([
    [{ error: { type: "NameError", message: "name 'x' is not defined" } }, "NameError: name 'x' is not defined\n"],
    [{ killed: "timeout" as const }, "killed: timeout\n"],
  ])("ends with 1 and says why: %j", async (change, sentence) => {
    const said = captured();
    sandboxGives({ success: false, output: "", ...change });
    expect(await exec(["--code", "x"])).toBe(1);
    expect(said).toEqual({ out: "", err: sentence });
  });

  it("gives the whole result as one line of JSON", async () => {
    const said = captured();
    sandboxGives({ success: false });
    expect(await exec(["--code", "x", "--json"])).toBe(1);
    expect(
      said.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ ...RESULT, success: false }]);
  });

  it("runs a file's rows in order, their own limits before those of the command line", async () => {
    const said = captured();
    const path = await rowsFile({ id: "a", code: "1" }, "", {
      id: "b",
      code: "2",
      timeout: 9,
      files: { "x.txt": "y" },
    });
    expect(await exec(["--jsonl", path, "--timeout", "2"])).toBe(0);
    expect(asked).toEqual([
      { id: "a", code: "1", timeout: 2 },
      { id: "b", code: "2", timeout: 9, files: { "x.txt": "y" } },
    ]);
    expect(
      said.out
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as ExecResult).id),
    ).toEqual(["a", "b"]);
  });

  it.each([
    ["{", /row 2: this is not JSON\./],
    ["5", /row 2, field code: missing\./],
    [{ id: "b" }, /row 2, field code: missing\./],
    [{ code: 5 }, /row 2, field code: must be string\./],
    [{ code: "1", timeout: "5" }, /row 2, field timeout: must be number\./],
    [{ code: "1", timeout: 0 }, /row 2, field timeout: must be > 0\./],
    [{ code: "1", files: { "a.txt": 1 } }, /row 2, field files\.a\.txt: must be string\./],
  ])("names the row and the field of %j, before anything runs", async (row, sentence) => {
    const path = await rowsFile({ code: "1" }, row);
    const running = exec(["--jsonl", path]);
    await expect(running).rejects.toThrow(UserError);
    await expect(running).rejects.toThrow(sentence);
    expect(inBrowser).not.toHaveBeenCalled();
  });

  it.each([
    [[], /exactly one of --code, --file and --jsonl/],
    [["--code", "1", "--file", "a.py"], /exactly one of --code, --file and --jsonl/],
    [["--code", "1", "--timeout", "soon"], /--timeout is "soon"/],
    [["--code", "1", "--memory", "0"], /--memory is "0": it must be a whole number of at least 1/],
  ])("refuses %j as wrong usage", async (argv, sentence) => {
    await expect(exec(argv)).rejects.toThrow(UsageError);
    await expect(exec(argv)).rejects.toThrow(sentence);
  });
});
