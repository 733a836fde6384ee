import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listModels, renderPrompt } from "../../src/models/index.ts";
import type { ExecResult, UserTool } from "../../src/protocol/index.ts";
import { checkUserTools, explainParameters, parseUserTools, ToolRegistry, userTool } from "../../src/tools/index.ts";
import { STARTING, startPython, type LocalPython } from "./python.ts";

const WEATHER: UserTool = {
  name: "weather",
  description: "Look up the weather of a city.",
  parameters: {
    type: "object",
    properties: {
      city: { type: "string" },
      unit: { enum: ["C", "F"] },
      days: { type: "array", items: { type: "integer" } },
    },
    required: ["city"],
    additionalProperties: false,
  },
  language: "python",
  body: "print(city, unit, arguments)",
};

let local: LocalPython;
beforeAll(async () => void (local = await startPython()), STARTING);
afterAll(() => local.close());

const noJavaScript = { execute: () => Promise.reject(new Error("no JavaScript here")) };

/** Runs a Python body with arguments, through a registry as a model's call goes. */
function call(tool: Partial<UserTool>, args: Record<string, unknown>) {
  const definition = { ...WEATHER, ...tool };
  const registry = new ToolRegistry();
  registry.register(definition.name, userTool(definition, { python: local, javascript: noJavaScript }));
  return registry.call({ name: definition.name, arguments: args }, { seed: 3 });
}

describe("a Python tool", () => {
  it("has its arguments in a dict and each parameter as a variable", async () => {
    expect(await call({}, { city: "Oslo", unit: "F" })).toMatchObject({
      success: true,
      output: "Oslo F {'city': 'Oslo', 'unit': 'F'}\n",
    });
    const optional = await call({ body: "print(city, unit, days)" }, { city: "Rome" });
    expect(optional.output).toBe("Rome None None\n");
    expect(local.asked.at(-1)?.options).toEqual({ seed: 3 });
  });

  it("keeps the dict where a parameter has its name, and leaves out what is no variable", async () => {
    const properties = { arguments: { type: "string" as const }, class: { type: "string" as const } };
    const parameters = { type: "object" as const, properties };
    const { output } = await call({ parameters, body: "print(sorted(arguments))" }, { arguments: "a", class: "b" });
    expect(output).toBe("['arguments', 'class']\n");
  });

  it("gets what a model wrote as data, never as code", () => {
    const parameters = { type: "object" as const, properties: { texts: { type: "array" as const } } };
    // Half a surrogate pair is no text that Python could print.
    const text = fc.string({ unit: "binary" }).filter((one) => !/\p{Surrogate}/u.test(one));
    const tricky = ["'\"); print('escaped", "\\", "\u2028\n\0", "{{}}%s", '\\"'];
    return fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 10 }), async (texts) => {
        const { output } = await call({ parameters, body: "for t in texts: print('>' + t.encode().hex())" }, { texts });
        expect(output.trimEnd().split("\n")).toEqual(texts.map((one) => `>${Buffer.from(one).toString("hex")}`));
      }),
      { numRuns: 3, examples: [[["first", ...tricky, "last"]]] },
    );
  });

  it("says which of its own lines is wrong", async () => {
    const { code } = (await call({ body: "a = 1\nb = = 2" }, { city: "x" }), local.asked.at(-1)!);
    expect(code.split("\n")[2]).toBe("b = = 2");
    // The sandbox's own words for it.
    const error = { type: "SyntaxError", message: "invalid syntax (program.py, line 3)" };
    const python = { execute: async () => ({ ...(await local.execute("1")), success: false, error }) };
    const outcome = await userTool(WEATHER, { python, javascript: noJavaScript }).run({ city: "x" }, {});
    expect(outcome).toMatchObject({ error: { type: "SyntaxError", message: "invalid syntax (line 2)" } });
  });

  it("is not run where the arguments do not fit its schema", async () => {
    const before = local.asked.length;
    for (const args of [{}, { city: 1 }, { city: "x", unit: "K" }, { city: "x", days: ["x"] }, { city: "x", z: 1 }]) {
      expect(await call({}, args)).toMatchObject({ success: false, kind: "invalid_arguments" });
    }
    expect(local.asked).toHaveLength(before);
  });
});

it("a JavaScript tool hands over body, arguments, seed and signal, and tells what came of it", async () => {
  const asked: unknown[] = [];
  const result: ExecResult = {
    success: true,
    value: "4",
    stdout: "",
    stderr: "",
    output: "4",
    error: null,
    killed: null,
    files: {},
    execution_time: 1,
  };
  const javascript = { execute: async (...given: unknown[]) => (asked.push(given), result) };
  const tool: UserTool = { ...WEATHER, language: "javascript", body: "return 2 + 2;" };
  const { signal } = new AbortController();
  const registry = new ToolRegistry().register("weather", userTool(tool, { python: local, javascript }));
  const outcome = await registry.call({ name: "weather", arguments: { city: "Oslo" } }, { seed: 1, signal });
  expect(outcome).toEqual({ success: true, output: "4", error: null, killed: null, execution_time: 1 });
  expect(asked).toEqual([["return 2 + 2;", { city: "Oslo" }, { seed: 1, signal }]]);
});

describe("definitions", () => {
  const refused =
    (...tools: Partial<UserTool>[]) =>
    () =>
      checkUserTools(tools.map((tool) => ({ ...WEATHER, ...tool })));

  it("need a name of their own, and parameters that calls can be checked against", () => {
    expect(refused({})).not.toThrow();
    expect(refused({ name: "code_executor" })).toThrow(
      'Tool "code_executor": The name "code_executor" is taken: give it another one.',
    );
    expect(refused({ name: "none" })).toThrow(/is taken/);
    expect(refused({}, {})).toThrow('Two tools are called "weather": give one another name.');
    expect(refused({ parameters: { type: "string" } })).toThrow(
      /^Tool "weather": The parameters are a JSON Schema whose/,
    );
  });

  it("are read from a list of unknown origin; the first mistake is named", () => {
    expect(parseUserTools([WEATHER], "tools.json")).toEqual([WEATHER]);
    const { body: _, ...bodiless } = WEATHER;
    for (const [value, message] of [
      [WEATHER, 'tools.json: not a list of tools, [{"name": …}, …].'],
      [[], "tools.json: give between 1 and 16 tools."],
      [Array.from({ length: 17 }, (_, i) => ({ ...WEATHER, name: `t${i}` })), /between 1 and 16/],
      [[WEATHER, null], /^tools.json, tool 2: A tool is an object with/],
      [[bodiless], "tools.json, tool 1: The field body is missing."],
      [[{ ...WEATHER, name: "two words" }], /tool 1: The name is one word/],
      [[{ ...WEATHER, description: "two\nlines" }], /The description is one line/],
      [[{ ...WEATHER, language: "perl" }], /The language is python or javascript/],
      [[{ ...WEATHER, body: "x".repeat(20_001) }], /The body is a text of 1 to 20,000 characters/],
      [[{ ...WEATHER, network: true }], 'tools.json, tool 1: There is no field "network".'],
      [[WEATHER, WEATHER], /Two tools are called "weather"/],
    ] as const) {
      expect(() => parseUserTools(value, "tools.json")).toThrow(message);
    }
  });
});

describe("parameters", () => {
  const inObject = (property: unknown) => ({ type: "object", properties: { city: property } });

  it.each([
    { type: "object" },
    WEATHER.parameters,
    inObject({}),
    inObject({ type: "object", properties: { deep: { type: "array", items: { type: "object", properties: {} } } } }),
  ])("may be %j", (schema) => expect(explainParameters(schema)).toBeNull());

  it.each([
    [null, "The parameters are a JSON Schema whose"],
    [{ properties: {} }, "The parameters are a JSON Schema whose"],
    [inObject({ type: "string", pattern: "(a+)+$" }), 'city: "pattern" is not understood here; use type, '],
    [{ type: "object", $ref: "#" }, 'The parameters: "$ref" is not understood here'],
    [inObject({ type: "text" }), "city: the type is one of object, string"],
    [inObject({ type: ["string"] }), "city: the type is one of"],
    [inObject({ enum: [] }), "city: enum is a list of texts"],
    [inObject({ enum: ["two\nlines"] }), "city: enum is a list of texts"],
    [inObject("string"), "city: a schema is an object such as"],
    [inObject({ description: 1 }), "city: the description is a text."],
    [{ type: "object", properties: [] }, "The parameters: properties is an object"],
    [{ type: "object", properties: { "a b": {} } }, 'The parameters: "a b" is no name for a parameter'],
    [{ type: "object", properties: { __proto__x: {} } }, "is no name for a parameter"],
    [{ type: "object", required: ["city"] }, "The parameters: required is a list of names"],
    [{ ...inObject({}), required: "city" }, "The parameters: required is a list"],
    [{ type: "object", additionalProperties: {} }, "The parameters: additionalProperties is true or false."],
    [inObject({ type: "array", items: { minimum: 1 } }), 'items: "minimum" is not understood here'],
    [inObject({ description: "x".repeat(5000) }), "longer than 4000 characters"],
  ])("may not be %j", (schema, message) => expect(explainParameters(schema)).toContain(message));

  it("are refused however deep they nest", () => {
    let [list, schema]: [unknown, unknown] = ["a", {}];
    for (let i = 0; i < 20_000; i++) [list, schema] = [[list], { type: "array", items: schema }];
    expect(explainParameters(inObject(schema))).toContain("schemas nest at most 6 levels deep");
    for (const word of ["required", "enum", "description", "properties", "additionalProperties", "type"]) {
      expect(explainParameters({ ...inObject({}), [word]: list })).toEqual(expect.any(String));
    }
  });

  it("of whatever shape get an answer, and what is let through can be checked and rendered", () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const schema = { type: "object", properties: { a: value } };
        expect(typeof (explainParameters(value) ?? explainParameters(schema) ?? "")).toBe("string");
      }),
    ));
});

describe("every prompt format", () => {
  const formats = [...new Set(listModels().map((model) => model.promptFormat))];

  it.each(formats)("tells a model the tool's name, what it is for and its parameters: %s", (format) => {
    const prompt = renderPrompt(format, [{ role: "user", content: "Rain in Oslo?" }], [WEATHER]);
    for (const told of [
      "weather",
      "Look up the weather of a city.",
      "city",
      "unit",
      "days",
      "string",
      "C",
      "F",
      "integer",
    ]) {
      expect(prompt).toContain(told);
    }
    const twice = renderPrompt(format, [], [WEATHER, { ...WEATHER, name: "forecast" }]);
    expect(twice).toContain("forecast");
  });
});
