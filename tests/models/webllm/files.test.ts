import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../../src/protocol/index.ts";
import { directoryOf, hashModel, readTexts } from "../../../src/models/webllm/files.ts";

const places = { title: "Qwen", directory: "https://hub.test/qwen/resolve/main/", library: "https://libs.test/q.wasm" };
let kept: Map<string, string>;
let served: Map<string, string>;

beforeEach(() => {
  kept = new Map();
  served = new Map(
    Object.entries({
      "mlc-chat-config.json": '{"tokenizer_files":["tokenizer.json","tokenizer_config.json"],"context_window_size":64}',
      "tensor-cache.json":
        '{"records":[{"dataPath":"params_0.bin","nbytes":4},{"dataPath":"params_1.bin","nbytes":2}]}',
      "tokenizer.json": '{"model":{}}',
      "tokenizer_config.json": '{"a":1}',
      "params_0.bin": "abcd",
      "params_1.bin": "ef",
    }).map(([path, text]) => [new URL(path, places.directory).href, text]),
  );
  served.set(places.library, "lib");
  const answer = (text: string | undefined, status: number) =>
    new Response(text ?? null, { status: text === undefined ? status : 200 });
  vi.stubGlobal("caches", { match: async (url: string) => (kept.has(url) ? answer(kept.get(url), 0) : undefined) });
  vi.stubGlobal("fetch", async (url: string) => answer(served.get(url), 404));
});
afterEach(() => vi.unstubAllGlobals());

const hash = async (more: Partial<typeof places> = {}) => {
  const at = { ...places, ...more };
  return hashModel(at, await readTexts(at), () => {});
};
const at = (path: string) => new URL(path, places.directory).href;

describe("a model's files in MLC's format", () => {
  it("lie on the main branch unless the address names another", () => {
    expect(directoryOf("https://hub.test/qwen")).toBe("https://hub.test/qwen/resolve/main/");
    expect(directoryOf("https://hub.test/qwen/")).toBe("https://hub.test/qwen/resolve/main/");
    expect(directoryOf("https://hub.test/qwen/resolve/v2")).toBe("https://hub.test/qwen/resolve/v2/");
  });

  it("are read with their sizes; a tokenizer's configuration only where it is listed", async () => {
    const texts = await readTexts(places);
    expect(texts.shards).toEqual([
      { path: "params_0.bin", bytes: 4 },
      { path: "params_1.bin", bytes: 2 },
    ]);
    expect(texts.tokenizerConfig).toEqual({ a: 1 });
    served.set(at("mlc-chat-config.json"), '{"tokenizer_files":["tokenizer.json"]}');
    expect((await readTexts(places)).tokenizerConfig).toEqual({});
  });

  it("have an identity that changes with every file, and with nothing else", async () => {
    const before = await hash();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    served.set("https://elsewhere.test/q.wasm", "lib");
    expect(await hash({ library: "https://elsewhere.test/q.wasm" })).toBe(before);
    for (const url of served.keys()) {
      const text = served.get(url)!;
      served.set(url, url.endsWith("json") ? `${text} ` : `${text}!`);
      if (url !== "https://elsewhere.test/q.wasm") expect(await hash(), url).not.toBe(before);
      served.set(url, text);
    }
    // What the engine keeps is what it loaded, whatever the network has by now.
    for (const [url, text] of served) kept.set(url, text);
    served.clear();
    expect(await hash()).toBe(before);
  });

  it("are named when they cannot be had or read", async () => {
    served.set(at("tensor-cache.json"), "<!doctype html>");
    await expect(readTexts(places)).rejects.toThrow(/The file tensor-cache.json of Qwen is no JSON/);
    served.set(at("tensor-cache.json"), '{"records":[{}]}');
    await expect(readTexts(places)).rejects.toThrow(/tensor-cache.json of Qwen cannot be read: convert/);
    served.delete(at("tokenizer.json"));
    served.set(at("tensor-cache.json"), '{"records":[]}');
    const missing = readTexts(places);
    await expect(missing).rejects.toThrow(UserError);
    await expect(missing).rejects.toThrow(/tokenizer.json of Qwen .* from hub.test \(the server answered 404\): check/);
  });
});
