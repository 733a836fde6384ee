import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { getModel, isScripted, listBuilds, listModels, registerModels } from "../../src/models/index.ts";

afterEach(() => registerModels([]));

const builds = () => listModels().flatMap(({ id }) => listBuilds(id));

describe("the catalog", () => {
  it("has distinct ids and, for each build, a first dtype on some device", () => {
    const models = listModels();
    expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
    for (const build of builds().filter(({ runtime }) => runtime === "transformers")) {
      expect(build.dtypes.wasm.length, build.id).toBeGreaterThan(0);
      expect(build.dtypes.webgpu.length, build.id).toBeGreaterThan(0);
      if (build.origin !== "hub") expect(build.baseUrl).toBe(`models/${build.id}/`);
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

  it("has the models and bits that the field knows", () => {
    expect(listBuilds("qwen2.5-coder-3b").map(({ runtime }) => runtime)).toEqual(["transformers", "webllm", "wllama"]);
    for (const [id, runtime, dtypes] of [
      ["qwen2.5-coder-3b", "wllama", ["q4", "q8"]],
      ["deepseek-coder-1.3b", "wllama", ["q4", "q8"]],
      ["starcoder2-3b", "wllama", ["q4", "q8"]],
      ["phi-3-mini", "webllm", ["q4f16", "q4"]],
      ["phi-3-mini", "wllama", ["q4"]],
    ] as const) {
      expect(getModel(id, runtime).dtypes[runtime === "webllm" ? "webgpu" : "wasm"], id).toEqual(dtypes);
    }
  });

  it("names a file for each dtype of each build of a hub, and no two builds the same one", () => {
    const named = builds()
      .filter(({ origin }) => origin === "hub")
      .flatMap((build) => {
        const dtypes = [...new Set([...build.dtypes.wasm, ...build.dtypes.webgpu])];
        return dtypes.map(
          (dtype) => build.mlc?.[dtype]?.toString() ?? `${build.hub?.repository}/${build.hub?.files[dtype]}`,
        );
      });
    expect(named.filter((name) => name.includes("undefined"))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
    expect(named).toContain("onnx-community/Qwen2.5-Coder-3B-Instruct/onnx/model_q4f16.onnx");
    expect(named).toContain("Qwen/Qwen2.5-Coder-3B-Instruct-GGUF/qwen2.5-coder-3b-instruct-q8_0.gguf");
  });

  it("names only models that WebLLM's own list has", () => {
    const library = readFileSync("node_modules/@mlc-ai/web-llm/lib/index.js", "utf8");
    const ids = builds().flatMap(({ mlc }) => Object.values(mlc ?? {}));
    expect(ids).toHaveLength(12);
    expect(ids.filter((id) => !library.includes(`model_id: "${id}"`))).toEqual([]);
  });
});

describe("models that a person added", () => {
  const mine = { ...getModel("nano"), id: "user/me/mine", origin: "hub" as const, baseUrl: "https://huggingface.co/" };

  it("are found like those of the catalog, until they are taken out", () => {
    expect(() => getModel("user/me/mine")).toThrow(/is not in this browser: add it on the Models page/);
    registerModels([mine]);
    expect(getModel("user/me/mine")).toEqual(mine);
    expect(listModels().at(-1)?.id).toBe("user/me/mine");
    registerModels([]);
    expect(() => getModel("user/me/mine")).toThrow(/is not in this browser/);
  });

  it("come from the hub that was named, as the catalog's do", () => {
    registerModels([mine], "http://127.0.0.1:8000/");
    expect(getModel("user/me/mine").baseUrl).toBe("http://127.0.0.1:8000/");
    expect(getModel("starcoder2-3b").baseUrl).toBe("http://127.0.0.1:8000/");
    expect(getModel("nano").baseUrl).toBe("models/nano/");
    registerModels([mine]);
    expect(getModel("starcoder2-3b").baseUrl).toBe("https://huggingface.co/");
  });
});
