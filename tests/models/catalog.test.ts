import { describe, expect, it } from "vitest";
import { getModel, isScripted, listBuilds, listModels } from "../../src/models/index.ts";

describe("the catalog", () => {
  it("has distinct ids and a first dtype for each device of a real model", () => {
    const models = listModels();
    expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
    for (const model of models.filter((m) => m.runtime === "transformers")) {
      expect(model.dtypes.wasm.length, model.id).toBeGreaterThan(0);
      expect(model.dtypes.webgpu.length, model.id).toBeGreaterThan(0);
      expect(model.baseUrl).toBe(`models/${model.id}/`);
    }
  });

  it("finds a model by id and names the known ones otherwise", () => {
    expect(getModel("nano").id).toBe("nano");
    expect(isScripted("oracle")).toBe(true);
    expect(isScripted("nano")).toBe(false);
    expect(() => getModel("gpt-9")).toThrow(/No model is called "gpt-9": the known ones are nano, .*oracle/);
  });

  it("gives a model's build for a runtime, and names the runtimes that it has", () => {
    for (const { id } of listModels()) {
      const builds = listBuilds(id);
      expect(builds[0]).toBe(getModel(id));
      expect(new Set(builds.map((build) => build.runtime)).size).toBe(builds.length);
      for (const build of builds) {
        expect(build.id).toBe(id);
        expect(getModel(id, build.runtime)).toBe(build);
      }
    }
    expect(() => getModel("nano", "webllm")).toThrow("nano does not run on the runtime webllm: choose transformers");
  });
});
