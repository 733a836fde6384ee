import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describeSampling } from "../../src/protocol/index.ts";
import { defaultConfig, parseConfig, selectSamples, validateConfig, VERSION } from "../../src/evaluation/index.ts";
import { LIBRARIES } from "../../src/evaluation/environment.ts";
import { configOf, handMade } from "./doubles.ts";

describe("validateConfig", () => {
  it("takes every model's default experiment", () => {
    for (const id of ["nano", "smollm2-135m", "oracle"]) expect(validateConfig(defaultConfig(id)).id).toBe(id);
  });
  it.each([
    [{ model: "gpt-9" }, /No model is called "gpt-9".*nano/],
    [{ runtime: "webllm" as const }, /nano does not run on the runtime webllm: choose transformers/],
    [{ dtype: "q4" as const }, /nano does not come in q4: choose one of fp16/],
    [{ repeats: 3 }, /3 repeats at temperature 0/],
    [{ tools: [] }, /No tool is listed/],
    [{ limit: 0 }, /Configuration, field limit/],
    [{ temperature: -1 }, /Configuration, field temperature/],
    [{ topP: 0 }, /Configuration, field topP/],
    [{ topK: 0 }, /Configuration, field topK/],
    [{ seed: 0.5 }, /Configuration, field seed/],
    [{ arms: [] }, /Configuration, field arms/],
  ])("refuses %j in one sentence", (change, sentence) => {
    expect(() => validateConfig(configOf("nano", change))).toThrow(sentence);
  });
});

it("describes how tokens are chosen", () => {
  expect(describeSampling(configOf("nano", { topK: 40 }))).toBe("greedy");
  expect(describeSampling(configOf("nano", { temperature: 0.7, topP: 0.9, topK: 40, constrainCalls: true }))).toBe(
    "temperature 0.7, top-p 0.9, top-k 40, calls constrained",
  );
});

describe("parseConfig", () => {
  it("keeps known fields and nothing else", () => {
    const config = defaultConfig("nano");
    expect(parseConfig({ ...config, apiKey: "secret", toString: 1 }, "here")).toEqual(config);
  });
  it("names the place and the field", () => {
    const { seed: _seed, ...rest } = defaultConfig("nano");
    expect(() => parseConfig(rest, "a.json")).toThrow("a.json, field seed: missing.");
    expect(() => parseConfig("x", "a.json")).toThrow("a.json: not a configuration.");
    expect(() => parseConfig({ ...rest, seed: "1" }, "a.json")).toThrow(/a\.json, field seed: /);
  });
});

describe("selectSamples", () => {
  const samples = handMade();
  const select = (limit: number | null) => selectSamples(samples, { split: "test", limit, dataset: "d" });
  it("sees all categories in a small run", () => {
    expect(new Set(select(4).map((sample) => sample.category)).size).toBe(4);
    expect(new Set(select(12).map((sample) => `${sample.category} ${sample.difficulty}`)).size).toBe(12);
  });
  it("keeps the dataset's order, and a smaller limit's samples are among a larger one's", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (a, b) => {
        const [few, many] = [select(Math.min(a, b)), select(Math.max(a, b))];
        expect(few).toHaveLength(Math.min(a, b, samples.length));
        expect(many).toEqual(samples.filter((sample) => many.includes(sample)));
        expect(few.every((sample) => many.includes(sample))).toBe(true);
      }),
    ));
  it("says which splits there are when one is empty", () => {
    expect(() => selectSamples(samples, { split: "train", limit: null, dataset: "d" })).toThrow(
      'The split "train" of d has no samples: choose test or all.',
    );
  });
});

it("records the versions that package.json pins", () => {
  const { version, dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    version: string;
    dependencies: Record<string, string>;
  };
  expect(VERSION).toBe(version);
  for (const [name, pinned] of Object.entries(LIBRARIES)) expect(dependencies[name]).toBe(pinned);
});

describe("a configuration's endpoint", () => {
  const endpoint = { url: "http://127.0.0.1:8000/v1", api: "chat" as const, model: "tiny" };

  it("is there exactly where a server is asked", () => {
    expect(validateConfig(configOf("remote", { endpoint })).runtime).toBe("remote");
    expect(() => validateConfig(configOf("remote"))).toThrow("A server of yours needs an endpoint");
    expect(() => validateConfig(configOf("nano", { endpoint }))).toThrow(
      "An endpoint is given, but nano runs here and asks no server: leave one of the two out.",
    );
  });

  it("is checked, and has room for nothing else, least of all a key", () => {
    const given = (change: object) => () =>
      validateConfig(configOf("remote", { endpoint: { ...endpoint, ...change } as typeof endpoint }));
    expect(given({ url: "http://host.example/v1" })).toThrow("is not on this machine");
    expect(given({ api: "telepathy" })).toThrow(/field endpoint.api/);
    expect(given({ model: "" })).toThrow(/field endpoint.model/);
    expect(given({ key: "sk-secret" })).toThrow("Configuration, field endpoint.key: there is no such field.");
  });
});
