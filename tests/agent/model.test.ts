import { describe, expect, it } from "vitest";
import type { LoadOptions, ModelSpec } from "../../src/protocol/index.ts";
import { AgentCoderModel } from "../../src/agent/index.ts";
import { renderCall } from "../../src/models/index.ts";
import { modelThatSays, succeeded, toolsThatReturn } from "./doubles.ts";

function agent(turns: string[], more: object = {}) {
  const loads: { spec: ModelSpec; options: LoadOptions }[] = [];
  const load = async (spec: ModelSpec, options: LoadOptions) => {
    loads.push({ spec, options });
    return modelThatSays(turns).model;
  };
  const { tools } = toolsThatReturn([succeeded("5")]);
  return { model: new AgentCoderModel({ baseModel: "nano", tools, load, ...more }), loads };
}

describe("AgentCoderModel", () => {
  it("loads once, on first use, with the asked quantization", async () => {
    const { model, loads } = agent(["a", "b"], { quantization: "8bit" });
    expect(() => model.metrics()).toThrow(/not loaded yet: await load\(\)/);
    await model.generateWithTools("p");
    await model.generateWithTools("q");
    expect(loads).toHaveLength(1);
    expect(loads[0]).toMatchObject({ spec: { id: "nano" }, options: { dtype: "q8", device: "auto" } });
  });

  it("answers with a tool and counts it", async () => {
    const { model } = agent([renderCall({ name: "code_executor", arguments: { code: "print(2+3)" } }), "5", "hello"]);
    expect(await model.generateWithTools("Hi, 2 + 3?")).toMatchObject({ toolUsed: "code_executor", output: "5" });
    expect(await model.generateWithTools("Hey")).toMatchObject({ toolUsed: "none", output: "hello" });
    expect(model.metrics()).toMatchObject({ prompts: 2, callRate: 0.5, completionTokens: 15, tokensPerSecond: 625 });
  });

  it("has null means before the first prompt", async () => {
    const { model } = agent([]);
    await model.load();
    expect(model.metrics()).toMatchObject({ prompts: 0, callRate: null, firstTokenMs: null, tokensPerSecond: null });
  });

  it("names the known models when there is none of that name", async () => {
    const { model } = agent([], { baseModel: "gpt-9" });
    await expect(model.load()).rejects.toThrow(/No model is called "gpt-9"/);
  });
});
