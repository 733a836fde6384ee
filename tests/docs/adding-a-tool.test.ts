import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addUserTools } from "../../src/evaluation/user-tools.ts";
import { defaultConfig, validateConfig } from "../../src/evaluation/index.ts";
import { explainParameters, parseUserTools, ToolRegistry, userTool, type ToolOutcome } from "../../src/tools/index.ts";
import { STARTING, startPython, type LocalPython } from "../tools/python.ts";
import { blocks } from "./markdown.ts";
import { GUIDE, toolsOfGuide } from "./tool-guide.ts";

// The guide, followed as it stands. The page and the sandboxes have their turn in tests/e2e/adding-a-tool.spec.ts.
const guide = toolsOfGuide();
const example = JSON.parse(readFileSync("docs/examples/tools.json", "utf8")) as unknown;
let python: LocalPython;
let folder: string;
beforeAll(async () => {
  python = await startPython();
  // Within the clone, so that `agentcoder` is the package itself.
  folder = mkdtempSync(resolve("tests/docs/.guide-"));
}, STARTING);
afterAll(() => {
  python.close();
  rmSync(folder, { recursive: true });
});

const inNode = {
  execute: async (body: string, args: Record<string, unknown>) => {
    const file = join(folder, "body.mjs");
    writeFileSync(file, `export default async (args) => {${body}\n};`);
    const { default: run } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      default: (args: unknown) => Promise<unknown>;
    };
    const output = String(await run(args));
    const result = { success: true, value: output, stdout: "", stderr: "", output, error: null, killed: null };
    return { ...result, files: {}, execution_time: 0 };
  },
};

describe("the tools of the guide", () => {
  it.each(guide)("give what the guide says: $tool.name", async ({ tool, trial, result }) => {
    const registry = new ToolRegistry().register(tool.name, userTool(tool, { python, javascript: inNode }));
    const outcome = await registry.call({ name: tool.name, arguments: JSON.parse(trial) as Record<string, unknown> });
    expect({ error: outcome.error, output: outcome.output.trim() }).toEqual({ error: null, output: result });
  });

  it("are one in Python and one in JavaScript, and a run can have them both", () => {
    const tools = guide.map(({ tool }) => tool);
    expect(tools.map(({ language }) => language)).toEqual(["python", "javascript"]);
    const config = { ...defaultConfig("nano"), tools: tools.map(({ name }) => name), userTools: tools };
    expect(validateConfig(config).id).toBe("nano");
    const registry = new ToolRegistry();
    addUserTools(registry, config, python)();
    expect(registry.list().map(({ name }) => name)).toEqual(["postage", "check_digit"]);
  });

  it("are what the command line's example file holds", () => {
    expect(parseUserTools(example, "tools.json")).toEqual(guide.map(({ tool }) => tool));
  });

  it("fail as the guide says where a call is wrong", async () => {
    const [{ tool }] = guide as [(typeof guide)[0]];
    const registry = new ToolRegistry().register(tool.name, userTool(tool, { python, javascript: inNode }));
    const call = (args: Record<string, unknown>) => registry.call({ name: tool.name, arguments: args });
    expect(await call({ grams: 5000 })).toMatchObject({ error: { type: "ValueError" }, success: false });
    expect(await call({ grams: "5" })).toMatchObject({ kind: "invalid_arguments" });
    expect((await call({ grams: 10 })).output).toBe("0.95 EUR\n");
  });
});

it("the words of JSON Schema that the guide lists are those that are taken", () => {
  const [, list = ""] = /words of JSON Schema: (.*?)\. Others/.exec(readFileSync(GUIDE, "utf8")) ?? [];
  const said = [...list.matchAll(/`(\w+)`/g)].map(([, word]) => word);
  const [, taken = ""] = /use (.*)\.$/.exec(explainParameters({ type: "object", pattern: "" }) ?? "") ?? [];
  expect(said).toEqual(taken.split(", "));
});

it("the program of the guide runs and prints what its tools give", async () => {
  const [block] = blocks(GUIDE, "ts");
  const file = join(folder, "program.ts");
  writeFileSync(file, block!.text);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const ran = (await import(/* @vite-ignore */ file)) as Record<"warm" | "city" | "refused", ToolOutcome>;
  expect(log.mock.calls).toEqual([["212 °F", "Oslo", ran.refused.error?.message]]);
  log.mockRestore();
  expect([ran.warm.output, ran.city.output]).toEqual(["212 °F", "Oslo"]);
  expect(ran.refused).toMatchObject({ success: false, kind: "invalid_arguments" });
});
