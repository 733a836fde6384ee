import { describe, expect, it } from "vitest";
import { defaultConfig, digestOf, parseConfig, validateConfig } from "../../src/evaluation/index.ts";
import { addUserTools } from "../../src/evaluation/user-tools.ts";
import type { RunConfig, UserTool } from "../../src/protocol/index.ts";
import { ToolRegistry } from "../../src/tools/index.ts";

const TOOL: UserTool = {
  name: "greet",
  description: "Greet somebody.",
  parameters: { type: "object", properties: { who: { type: "string" } } },
  language: "javascript",
  body: "return `Hello ${args.who}`;",
};
const config = (userTools: UserTool[], tools = ["greet"]): RunConfig => ({
  ...defaultConfig("oracle"),
  tools,
  userTools,
});

describe("a configuration with tools of one's own", () => {
  it("is valid, is read as it was written, and is part of what was asked", async () => {
    const asked = config([TOOL]);
    expect(validateConfig(asked).id).toBe("oracle");
    expect(parseConfig(JSON.parse(JSON.stringify({ ...asked, more: 1 })), "x")).toEqual(asked);
    const parts = { dataset: { sha256: "d" }, model: { sha256: "m" }, adapter: null } as unknown as Omit<
      Parameters<typeof digestOf>[0],
      "config"
    >;
    const digest = async (of: RunConfig) => (await digestOf({ ...parts, config: of }, [])).config;
    expect(await digest(asked)).not.toBe(await digest(config([{ ...TOOL, body: "return 1;" }])));
  });

  it("is refused where a tool cannot be one", () => {
    expect(() => validateConfig(config([{ ...TOOL, name: "file_ops" }]))).toThrow(/The name "file_ops" is taken/);
    expect(() => validateConfig(config([TOOL, TOOL]))).toThrow(/Two tools are called "greet"/);
    const parameters = { type: "object", oneOf: [] } as UserTool["parameters"];
    expect(() => validateConfig(config([{ ...TOOL, parameters }]))).toThrow(/"oneOf" is not understood/);
    expect(() => validateConfig(config([{ ...TOOL, body: "" }]))).toThrow(/field userTools.0.body/);
    expect(() => validateConfig({ ...config([]), userTools: [] })).toThrow(/field userTools/);
  });

  it("registers those that it lists, and no others", () => {
    const registry = new ToolRegistry();
    const python = { execute: () => Promise.reject(new Error("not asked")) };
    addUserTools(registry, config([TOOL, { ...TOOL, name: "unlisted" }]), python)();
    expect(registry.list().map((tool) => tool.name)).toEqual(["greet"]);
    expect(registry.schemas(["greet"])[0]?.description).toBe("Greet somebody.");
  });
});
