import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ToolResultEvent, Transcript } from "../../src/protocol/index.ts";
import { generateWithTools } from "../../src/agent/index.ts";
import { renderCall } from "../../src/models/index.ts";
import { createDefaultTools } from "../../src/tools/index.ts";
import { STARTING, startPython, type LocalPython } from "../tools/python.ts";
import { modelThatSays } from "./doubles.ts";

let python: LocalPython;
beforeAll(async () => void (python = await startPython()), STARTING);
afterAll(() => python.close());

const files = (operation: string, path: string, more: object = {}) =>
  renderCall({ name: "file_ops", arguments: { operation, path, ...more } });
const code = (text: string) => renderCall({ name: "code_executor", arguments: { code: text } });
const results = (transcript: Transcript) =>
  transcript.filter((event): event is ToolResultEvent => event.type === "tool_result");

const LISTED = ["code_executor", "file_ops"];
const run = (turns: string[], more: { toolNames?: string[]; files?: Record<string, string> } = {}) => {
  const { model, asked } = modelThatSays(turns);
  const tools = createDefaultTools(python);
  return generateWithTools({ model, tools, prompt: "p", toolNames: LISTED, maxSteps: 9, ...more }).then((result) => ({
    ...result,
    asked,
  }));
};

describe("a run that lists file_ops", () => {
  it("writes a file, runs a program over it, and reads what that wrote", async () => {
    const program = 'n = [int(x) for x in open("in.txt")]\nopen("out.txt", "w").write(str(sum(n)))\nprint(len(n))';
    const { output, transcript, asked } = await run([
      files("write", "in.txt", { content: "1\n2\n39\n" }),
      code(program),
      files("read", "out.txt"),
      "42",
    ]);
    expect(output).toBe("42");
    expect(asked.at(-1)?.messages.flatMap(({ role, content }) => (role === "tool" ? [content] : []))).toEqual([
      "wrote in.txt (7 bytes)",
      "3",
      "42",
    ]);
    expect(results(transcript).map(({ changes }) => changes)).toEqual([
      [{ path: "in.txt", before: null, after: "1\n2\n39\n" }],
      [{ path: "out.txt", before: null, after: "42" }],
      undefined,
    ]);
  });

  it("begins each sample anew, with the files that it is given", async () => {
    const turns = [files("write", "new.txt", { content: "x" }), files("list", "."), "done"];
    const seeded = { files: { "given.txt": "1" } };
    for (let i = 0; i < 2; i++) {
      const { transcript } = await run(turns, seeded);
      expect(results(transcript).map(({ output }) => output)).toEqual([
        "wrote new.txt (1 bytes)",
        "given.txt (1 bytes)\nnew.txt (1 bytes)",
      ]);
    }
    expect(seeded).toEqual({ files: { "given.txt": "1" } });
  });

  it("tells a failed call as an error that the model may recover from", async () => {
    const { transcript, asked } = await run([files("read", "../etc/passwd"), "sorry"]);
    expect(results(transcript)[0]).toMatchObject({ success: false, error: { type: "PathError" } });
    expect(results(transcript)[0]).not.toHaveProperty("changes");
    expect(asked.at(-1)?.messages.at(-1)?.content).toMatch(/^error: PathError: the path "\.\.\/etc\/passwd" has/);
  });

  it("refuses files that do not fit into a workspace", async () => {
    await expect(run(["x"], { files: { "/etc/passwd": "" } })).rejects.toThrow(/"\/etc\/passwd" is absolute/);
  });
});

describe("a run that does not", () => {
  it("has no workspace: programs share nothing, and no result tells of changes", async () => {
    const turns = [
      code('open("a", "w").write("1")'),
      code('import os; print(os.listdir("."))'),
      files("list", "."),
      "x",
    ];
    const { transcript } = await run(turns, { toolNames: ["code_executor"], files: { b: "2" } });
    const seen = results(transcript);
    expect(seen.map(({ output }) => output)).toEqual([
      "(no output)",
      "[]",
      'error: UnknownTool: there is no tool "file_ops"; the listed ones are code_executor',
    ]);
    for (const result of seen) expect(result).not.toHaveProperty("changes");
    expect(python.asked.slice(-2).map(({ options }) => options)).toEqual([
      { seed: 0, step: 0 },
      { seed: 0, step: 1 },
    ]);
  });

  it("is what nothing said means", async () => {
    const { model, asked } = modelThatSays(["x"]);
    await generateWithTools({ model, tools: createDefaultTools(python), prompt: "p" });
    expect(asked[0]?.tools.map(({ name }) => name)).toEqual(["code_executor", "symbolic_math"]);
  });
});
