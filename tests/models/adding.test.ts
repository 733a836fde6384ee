import { Value } from "typebox/value";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserModel } from "../../src/protocol/index.ts";
import { modelFromFiles, modelFromHub } from "../../src/models/adding/index.ts";
import { HubServer, type Repository } from "./hub-server.ts";

let hub: HubServer;
beforeEach(async () => void (hub = await new HubServer().start()));
afterEach(() => hub.stop());

const CONFIG = JSON.stringify({
  model_type: "qwen2",
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 300,
  tie_word_embeddings: true,
  max_position_embeddings: 1024,
});

const ONNX: Repository = {
  "config.json": CONFIG,
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
  "onnx/model_quantized.onnx": "q8",
  "onnx/model_q4f16.onnx": "q4",
};

async function add(files: Repository, said: Record<string, unknown> = {}, name = "tiny") {
  hub.add(`me/${name}`, files, said);
  const model = await modelFromHub(hub.url, `me/${name}`, fetch);
  expect([...Value.Errors(UserModel, model)]).toEqual([]);
  return model;
}

describe("a repository of a hub", () => {
  it("with graphs is onnxruntime's, with its dimensions and the format of its chat template", async () => {
    const template = "{{'<|user|>'}}{{'<|end|>'}}";
    const said = { cardData: { license: "mit" }, config: { tokenizer_config: { chat_template: template } } };
    expect(await add(ONNX, said)).toMatchObject({
      id: "user/me/tiny",
      runtime: "transformers",
      promptFormat: "phi3",
      license: "mit",
      context: 1024,
      dtypes: { wasm: ["q8"], webgpu: ["q4f16"] },
      hub: { repository: "me/tiny", files: { q8: "onnx/model_quantized.onnx", q4f16: "onnx/model_q4f16.onnx" } },
      shape: { layers: 2, hidden: 64, heads: 4, kvHeads: 2, headDim: 16, intermediate: 128, tied: true, gated: true },
    });
  });

  it("with GGUF files is llama.cpp's, by the bits that their names say", async () => {
    const files = { "Tiny-Q4_K_M.gguf": "a", "Tiny-Q4_0.gguf": "b", "Tiny.Q8_0.gguf": "c", "Tiny-f16.gguf": "d" };
    const gguf = { total: 1234, context_length: 32_768, chat_template: "### Instruction:" };
    expect(await add(files, { gguf })).toMatchObject({
      runtime: "wllama",
      promptFormat: "deepseek-coder",
      parameters: 1234,
      context: 4096,
      dtypes: { wasm: ["q4", "q8", "fp16"], webgpu: ["q4", "q8", "fp16"] },
      hub: { files: { q4: "Tiny-Q4_K_M.gguf", q8: "Tiny.Q8_0.gguf", fp16: "Tiny-f16.gguf" } },
    });
    const split = { "t-q8_0-00001-of-00002.gguf": "a", "t-q8_0-00002-of-00002.gguf": "b" };
    expect((await add(split, {}, "split")).hub?.files).toEqual({ q8: "t-q8_0-00001-of-00002.gguf" });
    expect((await add({ "strange.gguf": "a" }, {}, "starcoder-odd")).promptFormat).toBe("starcoder2");
  });

  it("with an MLC conversion is WebLLM's, and runs on WebGPU alone", async () => {
    const config = JSON.stringify({ context_window_size: 2048, model_config: JSON.parse(CONFIG) as object });
    expect(
      await add({ "mlc-chat-config.json": config, "params_shard_0.bin": "x" }, {}, "Tiny-q4f32_1-MLC"),
    ).toMatchObject({
      runtime: "webllm",
      context: 1024,
      dtypes: { wasm: [], webgpu: ["q4"] },
      mlc: { q4: "Tiny-q4f32_1-MLC" },
      shape: { layers: 2 },
    });
  });

  it.each([
    ["not a name", "tiny", /"tiny" is no repository of a hub: write it as OWNER\/NAME/],
    ["one that climbs", "../x", /is no repository|has no repository/],
    ["not there", "me/none", /has no repository me\/none/],
    ["nothing that a browser runs", "me/weights", /me\/weights holds nothing that a browser can run: it needs graphs/],
  ])("that is %s is told in one sentence", async (_, name, sentence) => {
    hub.add("me/weights", { "model.safetensors": "x", "config.json": CONFIG });
    await expect(modelFromHub(hub.url, name, fetch)).rejects.toThrow(sentence);
  });

  it("whose hub is out of reach is told", async () => {
    await hub.stop();
    await expect(modelFromHub(hub.url, "me/tiny", fetch)).rejects.toThrow(/hub 127\.0\.0\.1:\d+ cannot be reached/);
  });
});

describe("files of a person", () => {
  const given = (files: Repository, folder = "") =>
    Object.entries(files).map(([path, content]) => ({ path: folder + path, blob: new Blob([content as string]) }));

  it("that are a folder of graphs are named as the graph names them, and what is not needed is left", async () => {
    const { model, files } = await modelFromFiles(given({ ...ONNX, "README.md": "x" }, "tiny model/"));
    expect([...Value.Errors(UserModel, model)]).toEqual([]);
    expect(model).toMatchObject({ id: "user/file/tiny-model", runtime: "transformers", origin: "file", context: 1024 });
    expect(files.map(({ path }) => path).sort()).toEqual(Object.keys(ONNX).sort());
  });

  it("that are one GGUF are llama.cpp's", async () => {
    const { model, files } = await modelFromFiles(given({ "phi-3-tiny.Q8_0.gguf": "x" }));
    expect(model).toMatchObject({ id: "user/file/phi-3-tiny.Q8_0", promptFormat: "phi3", dtypes: { wasm: ["q8"] } });
    expect(files).toHaveLength(1);
  });

  it("that are no model, or lack a part, are told", async () => {
    await expect(modelFromFiles(given({ "a.txt": "x" }))).rejects.toThrow(/hold no model that can be added/);
    const { "tokenizer.json": _one, ...rest } = ONNX;
    await expect(modelFromFiles(given(rest, "t/"))).rejects.toThrow("The folder t lacks tokenizer.json");
    await expect(modelFromFiles(given({ ...ONNX, "config.json": "no" }, "t/"))).rejects.toThrow(
      /config.json is no JSON/,
    );
  });
});
