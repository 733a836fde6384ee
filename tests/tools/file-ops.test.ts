import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExecResult } from "../../src/protocol/index.ts";
import { systemPrompt } from "../../src/models/index.ts";
import { createDefaultTools, Workspace, type PythonOptions } from "../../src/tools/index.ts";
import { anyPath, anyText } from "./files.ts";
import { STARTING, startPython, type LocalPython } from "./python.ts";

const DONE = { value: null, stdout: "", stderr: "", output: "", error: null, killed: null, files: {} };
const nothing = async (): Promise<ExecResult> => ({ success: true, ...DONE, execution_time: 0 });

const tools = createDefaultTools({ execute: nothing });
const call = (workspace: Workspace | undefined, args: Record<string, unknown>) =>
  tools.call({ name: "file_ops", arguments: args }, workspace ? { workspace } : {});

/** What the model is told, or the error. */
async function told(workspace: Workspace, operation: string, path: string, more: object = {}): Promise<string> {
  const { success, output, error } = await call(workspace, { operation, path, ...more });
  return success ? output : `${error?.type}: ${error?.message}`;
}

describe("how it is listed", () => {
  it("below what it does, and only where it is named", () => {
    expect(systemPrompt(tools.schemas(["file_ops"]))).toContain(
      "\n# Read and write files in the workspace.\n" +
        "file_ops(operation: read|write|append|list|delete|move|search, path: string, content?: string, to?: string)\n",
    );
    expect(tools.schemas().map(({ name }) => name)).not.toContain("file_ops");
  });
});

describe("the operations", () => {
  it("do what they say, in short text", async () => {
    const workspace = new Workspace({ "data/a.csv": "x,y\n1,2\n" });
    expect(await told(workspace, "write", "notes.txt", { content: "héllo\n" })).toBe("wrote notes.txt (7 bytes)");
    expect(await told(workspace, "append", "notes.txt", { content: "x" })).toBe("appended to notes.txt (8 bytes)");
    expect(await told(workspace, "append", "new.txt", { content: "" })).toBe("appended to new.txt (0 bytes)");
    expect(await told(workspace, "read", "notes.txt")).toBe("héllo\nx");
    expect(await told(workspace, "list", ".")).toBe("data/a.csv (8 bytes)\nnew.txt (0 bytes)\nnotes.txt (8 bytes)");
    expect(await told(workspace, "list", "data")).toBe("data/a.csv (8 bytes)");
    expect(await told(workspace, "search", ".", { content: "x" })).toBe("data/a.csv:1: x,y\nnotes.txt:2: x");
    expect(await told(workspace, "search", "data/a.csv", { content: "2" })).toBe("data/a.csv:2: 1,2");
    expect(await told(workspace, "search", ".", { content: "X" })).toBe("(no matches)");
    expect(await told(workspace, "move", "new.txt", { to: "data/b.txt" })).toBe("moved new.txt to data/b.txt");
    expect(await told(workspace, "delete", "notes.txt")).toBe("deleted notes.txt");
    expect(workspace.files()).toEqual({ "data/a.csv": "x,y\n1,2\n", "data/b.txt": "" });
    expect(await told(new Workspace(), "list", ".")).toBe("(no files)");
  });

  it.each([
    ["read", "b", {}, 'FileNotFoundError: there is no file "b": list shows what there is'],
    ["delete", "b", {}, 'FileNotFoundError: there is no file "b": list shows what there is'],
    ["list", "b", {}, 'FileNotFoundError: there is no folder "b": list . shows what there is'],
    ["write", "b", {}, "ContentError: write needs content: the text of the file"],
    ["append", "b", {}, "ContentError: append needs content: the text to add"],
    ["move", "a", {}, "ContentError: move needs to: the new path of the file"],
    ["move", "a", { to: "a" }, 'FileExistsError: there is a file "a" already: delete it first'],
    ["search", ".", {}, "ContentError: search needs content: the text to look for"],
    ["search", ".", { content: "" }, "ContentError: search needs content: the text to look for"],
    ["search", ".", { content: "a\nb" }, 'ContentError: search looks within lines: "a\\nb" has more than one'],
    [
      "write",
      "../a",
      { content: "" },
      'PathError: the path "../a" has the part ..: give one that stays in the workspace',
    ],
    ["read", "a\nb", {}, 'PathError: the path "a\\nb" has a character that cannot be seen: leave it out'],
  ])("%s %s %j fails with a sentence", async (operation, path, more, sentence) => {
    const workspace = new Workspace({ a: "1" });
    expect(await told(workspace, operation, path, more)).toBe(sentence);
    expect(workspace.files()).toEqual({ a: "1" });
  });

  it("arguments that do not fit never reach it", async () => {
    const outcome = await call(new Workspace(), { operation: "chmod", path: "a" });
    expect(outcome).toMatchObject({ kind: "invalid_arguments", success: false });
    expect(outcome.error?.message).toMatch(/operation must be one of read, write, append, list, delete, move, search;/);
  });

  it("without a workspace it says what is missing", async () => {
    expect(await call(undefined, { operation: "list", path: "." })).toMatchObject({
      success: false,
      error: { type: "NoWorkspace", message: "this call came without a workspace: pass one in its context" },
    });
  });

  it("long lists and finds are cut within what a model is shown, and say what is missing", async () => {
    const many = new Workspace(Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`file${i + 10}`, "hit"])));
    const list = (await told(many, "list", ".")).split("\n");
    expect(list).toHaveLength(51);
    expect(list.at(-1)).toBe("… 30 more files are not shown");
    const wide = new Workspace({ "a.txt": `${"hit".repeat(300)}\n`.repeat(40) });
    const found = await told(wide, "search", ".", { content: "hit" });
    expect(found.length).toBeLessThan(2000);
    expect(found).toMatch(/^a\.txt:1: (hit)+h?i?…\n/);
    expect(found).toMatch(/\n… \d+ more matches are not shown$/);
  });

  it("any arguments give an outcome, and a failure changes nothing", async () => {
    const operation = fc.constantFrom("read", "write", "append", "list", "delete", "move", "search");
    const args = fc.record(
      { operation, path: anyPath, content: anyText, to: anyPath },
      { requiredKeys: ["operation", "path"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(args, { maxLength: 8 }), async (calls) => {
        const workspace = new Workspace();
        for (const each of calls) {
          const before = workspace.snapshot();
          const { success, output, error } = await call(workspace, each);
          expect(success).toBe(error === null);
          if (success) expect(output.length).toBeLessThanOrEqual(2000);
          else expect(workspace.changesSince(before)).toEqual([]);
        }
      }),
    );
  });
});

describe("a program in the workspace", () => {
  /** Runs `code_executor` over files with a sandbox that gives back these. */
  async function ran(files: Record<string, string>, given: Partial<ExecResult>) {
    const asked: (PythonOptions | undefined)[] = [];
    const runner = createDefaultTools({
      execute: async (_, options) => {
        asked.push(options);
        return { ...(await nothing()), ...given };
      },
    });
    const workspace = new Workspace(files);
    const run = { name: "code_executor", arguments: { code: "1" } };
    return { outcome: await runner.call(run, { workspace, seed: 7 }), workspace, asked };
  }

  it("is given the files, and leaves what it wrote", async () => {
    const { outcome, workspace, asked } = await ran(
      { a: "1", b: "2" },
      { output: "ok\n", files: { b: "3", "c/d": "4" } },
    );
    expect(asked).toEqual([{ seed: 7, files: { a: "1", b: "2" } }]);
    expect(workspace.files()).toEqual({ a: "1", b: "3", "c/d": "4" });
    expect(outcome).toEqual({ success: true, output: "ok\n", error: null, killed: null, execution_time: 0 });
  });

  it("that writes what the workspace refuses is told so; the rest is kept", async () => {
    const big = "x".repeat(256 * 1024 + 1);
    const { outcome, workspace } = await ran({}, { output: "ok", files: { "a\nb": "", big, good: "1" } });
    expect(workspace.files()).toEqual({ good: "1" });
    expect(outcome.output.split("\n")).toEqual([
      "ok",
      'not kept: "a\\nb": the path "a\\nb" has a character that cannot be seen: leave it out',
      'not kept: "big": a file has at most 262144 bytes; "big" would have 262145',
    ]);
  });

  it("that was killed changes nothing", async () => {
    const killed = {
      success: false,
      killed: "timeout" as const,
      files: { a: "2" },
      error: { type: "TimeoutError", message: "late" },
    };
    const { outcome, workspace } = await ran({ a: "1" }, killed);
    expect(workspace.files()).toEqual({ a: "1" });
    expect(outcome).toMatchObject({ success: false, killed: "timeout" });
  });

  describe("of a real Python", () => {
    let python: LocalPython;
    beforeAll(async () => void (python = await startPython()), STARTING);
    afterAll(() => python.close());
    const run = async (workspace: Workspace | null, code: string) =>
      createDefaultTools(python).call({ name: "code_executor", arguments: { code } }, workspace ? { workspace } : {});

    it("reads and writes there; bytes that are no text stay behind", async () => {
      const workspace = new Workspace({ "in/data.csv": "1\n2\n3\n" });
      const code = [
        'total = sum(int(line) for line in open("in/data.csv"))',
        'open("total.txt", "w").write(f"{total}\\n")',
        'open("raw.bin", "wb").write(bytes([255, 254]))',
        "print(total)",
      ].join("\n");
      expect(await run(workspace, code)).toMatchObject({ success: true, output: "6\n" });
      expect(workspace.files()).toEqual({ "in/data.csv": "1\n2\n3\n", "total.txt": "6\n" });
    });

    it("keeps what a failing program had written", async () => {
      const workspace = new Workspace();
      const outcome = await run(workspace, 'open("a", "w").write("1")\n1 / 0');
      expect(outcome).toMatchObject({ success: false, error: { type: "ZeroDivisionError" } });
      expect(workspace.files()).toEqual({ a: "1" });
    });

    it("without a workspace nothing is kept from one program to the next", async () => {
      await run(null, 'open("left", "w").write("1")');
      expect(await run(null, 'import os; print(os.path.exists("left"))')).toMatchObject({ output: "False\n" });
    });
  });
});
