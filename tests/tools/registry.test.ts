import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDefaultTools, ToolRegistry, type PythonOptions, type ToolFunction } from "../../src/tools/index.ts";

const never: ToolFunction = () => new Promise(() => {});
const call = (registry: ToolRegistry, name: string, args: unknown, context = {}) =>
  registry.call({ name, arguments: args as Record<string, unknown> }, context);

/** Tools over a sandbox that only repeats what it was given. */
function echoTools() {
  const asked: { code: string; options: PythonOptions | undefined }[] = [];
  const tools = createDefaultTools({
    execute: async (code, options) => {
      asked.push({ code, options });
      const result = { success: true, value: null, stdout: code, stderr: "", output: code, error: null };
      return { ...result, killed: null, files: {}, execution_time: 0.5 };
    },
  });
  return { tools, asked };
}

describe("registering", () => {
  it("keeps the order, lists chosen tools in the order asked for, each once", () => {
    const { tools } = echoTools();
    tools.register("weather", () => "sunny", { description: "Tell the weather." });
    const names = tools.list().map((tool) => tool.name);
    expect([...names.slice(0, 2), names.at(-1)]).toEqual(["code_executor", "symbolic_math", "weather"]);
    expect(tools.schemas(["weather", "code_executor", "weather"]).map((tool) => tool.name)).toEqual([
      "weather",
      "code_executor",
    ]);
    expect(tools.schemas(["weather"])).toEqual([
      { name: "weather", description: "Tell the weather.", parameters: { type: "object", properties: {} } },
    ]);
    expect(tools.unregister("weather")).toBe(true);
    expect(tools.unregister("weather")).toBe(false);
  });

  it("lists a tool on request only where it is named", async () => {
    const rare = { name: "rare", description: "Rare.", parameters: { type: "object" as const }, onRequest: true };
    const { tools } = echoTools();
    tools.register("rare", { ...rare, run: () => "ran" }).register("weather", () => "sunny");
    const names = (listed?: string[]) => tools.schemas(listed).map((tool) => tool.name);
    expect(names()).toEqual(["code_executor", "symbolic_math", "weather"]);
    expect(tools.schemas(["rare"])).toEqual([{ name: "rare", description: "Rare.", parameters: { type: "object" } }]);
    expect(await call(tools, "rare", {})).toMatchObject({ output: "ran" });
  });

  it("takes a whole tool under a name of its own, with its `this`", async () => {
    class Counter {
      name = "counter";
      description = "Count.";
      parameters = { type: "object" as const, properties: {} };
      private n = 0;
      run() {
        return ++this.n;
      }
    }
    const registry = new ToolRegistry().register("count", new Counter());
    await call(registry, "count", {});
    expect(await call(registry, "count", {})).toMatchObject({ success: true, output: "2" });
    expect(registry.list()[0]?.name).toBe("count");
  });

  it("refuses names that are taken, unfit or unknown", () => {
    const { tools } = echoTools();
    expect(() => tools.register("code_executor", () => "")).toThrow(/registered already: unregister it first/);
    expect(() => tools.register("two words", () => "")).toThrow(/cannot be called "two words"/);
    expect(() => tools.schemas(["nobody"])).toThrow(/No tool is called "nobody": the known ones are code_executor/);
  });
});

describe("calling", () => {
  it("passes signal and seed on and returns what the sandbox returned", async () => {
    const { tools, asked } = echoTools();
    const { signal } = new AbortController();
    const outcome = await call(tools, "code_executor", { code: "print(1)" }, { seed: 7, signal });
    expect(outcome).toEqual({ success: true, output: "print(1)", error: null, killed: null, execution_time: 0.5 });
    expect(asked[0]).toEqual({ code: "print(1)", options: { seed: 7, signal } });
  });

  it("an unknown tool is an outcome", async () => {
    expect(await call(echoTools().tools, "calculator", {})).toMatchObject({
      success: false,
      kind: "unknown_tool",
      error: {
        message: expect.stringMatching(
          /^there is no tool "calculator"; the known ones are code_executor, symbolic_math/,
        ),
      },
    });
  });

  it.each([
    ["code_executor", {}, "missing parameter code; code_executor takes code"],
    ["code_executor", { code: 3 }, "parameter code must be a string; code_executor takes code"],
    ["code_executor", { code: "1", x: 2 }, "unknown parameter x; code_executor takes code"],
    ["code_executor", null, "the arguments are not an object; code_executor takes code"],
    ["code_executor", ["1"], "the arguments are not an object; code_executor takes code"],
    [
      "symbolic_math",
      { operation: "derive", expression: "x" },
      "parameter operation must be one of simplify, expand, factor, solve, differentiate, integrate, evaluate, limit, series; " +
        "symbolic_math takes operation, expression, variable (optional), point (optional)",
    ],
  ])("wrong arguments of %s are named: %j", async (name, args, message) => {
    const { tools, asked } = echoTools();
    const outcome = await call(tools, name, args);
    expect(outcome).toMatchObject({ success: false, kind: "invalid_arguments", killed: null });
    expect(outcome.error).toEqual({ type: "ValidationError", message });
    expect(asked).toEqual([]);
  });

  it("any JSON as arguments gives an outcome, never a rejection", async () => {
    const { tools } = echoTools();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("code_executor", "symbolic_math", "__proto__"), fc.jsonValue(), async (n, v) => {
        const outcome = await call(tools, n, v);
        expect(outcome.success).toBe(outcome.error === null);
        if (outcome.error) expect(outcome.error.message).not.toContain("\n");
      }),
    );
  });

  it("a tool that throws or rejects is an outcome with its error", async () => {
    const registry = new ToolRegistry()
      .register("thrower", () => {
        throw new RangeError("too far");
      })
      .register("rejecter", () => Promise.reject("a text"));
    expect((await call(registry, "thrower", {})).error).toEqual({ type: "RangeError", message: "too far" });
    expect((await call(registry, "rejecter", {})).error).toEqual({ type: "Error", message: "a text" });
  });

  it("what a function returns becomes the output", async () => {
    const registry = new ToolRegistry().register("same", ({ value }) => value);
    const output = async (value: unknown) => (await call(registry, "same", { value })).output;
    expect(await output("text")).toBe("text");
    expect(await output({ a: [1] })).toBe('{"a":[1]}');
    expect(await output(undefined)).toBe("");
    expect(await output(12n)).toBe("12");
  });

  it("cancelling ends a tool that never ends, and a call that has not begun", async () => {
    const registry = new ToolRegistry().register("forever", never);
    const abort = new AbortController();
    const running = call(registry, "forever", {}, { signal: abort.signal });
    abort.abort();
    expect(await running).toMatchObject({ success: false, killed: "cancelled" });
    expect(await call(registry, "forever", {}, { signal: abort.signal })).toMatchObject({ killed: "cancelled" });
  });
});

it("validates where code from strings is forbidden", () => {
  const script = `
    import { ToolRegistry } from "./src/tools/registry.ts";
    const parameters = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
    const registry = new ToolRegistry().register("f", () => "ran", { parameters });
    const outcomes = [await registry.call({ name: "f", arguments: {} }), await registry.call({ name: "f", arguments: { a: 1 } })];
    console.log(outcomes.map((o) => o.kind ?? o.output).join());`;
  const args = ["--disallow-code-generation-from-strings", "--import", "tsx", "--input-type=module", "-e", script];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: resolve(import.meta.dirname, "../.."),
    encoding: "utf8",
  });
  expect(stdout.trim(), stderr).toBe("invalid_arguments,ran");
});
