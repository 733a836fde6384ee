import { beforeEach, describe, expect, it } from "vitest";
import { sha256, type Dtype, type LoadProgress, type ModelFile } from "../../src/protocol/index.ts";
import { getModel } from "../../src/models/index.ts";
import { fetchFiles, fetchManifest, hashFiles, selectFiles } from "../../src/models/files/index.ts";
import { MemoryCache } from "./memory-cache.ts";

const spec = getModel("smollm2-135m");
const bytes = (text: string) => new TextEncoder().encode(text);
const CONTENT: Record<string, string> = {
  "onnx/model_quantized.onnx": "graph",
  "onnx/model_quantized.onnx_data": "weights",
  "onnx/model_fp16.onnx": "other graph",
  "config.json": "{}",
  "tokenizer.json": "{ }",
  "tokenizer_config.json": "{  }",
};

async function describeFiles(): Promise<ModelFile[]> {
  return Promise.all(
    Object.entries(CONTENT).map(async ([path, text]) => ({ path, bytes: text.length, sha256: await sha256(text) })),
  );
}

/** A server that counts what is asked of it and can be made to fail. */
class Server {
  readonly asked: string[] = [];
  files = new Map<string, Uint8Array<ArrayBuffer>>();
  down = false;

  readonly fetch = (async (url: string | URL) => {
    const path = new URL(url).pathname.replace("/models/smollm2-135m/", "");
    this.asked.push(path);
    if (this.down) throw new TypeError("Failed to fetch");
    const data = this.files.get(path);
    return data ? new Response(data) : new Response("<html>", { status: 404 });
  }) as typeof fetch;
}

let server: Server;
let cache: MemoryCache;
let warnings: string[];
let progress: LoadProgress[];
let files: ModelFile[];

const source = () => ({
  spec,
  baseUrl: "http://127.0.0.1/models/smollm2-135m/",
  fetch: server.fetch,
  cache,
  onProgress: (p: LoadProgress) => void progress.push(p),
  onWarning: (sentence: string) => void warnings.push(sentence),
});

const manifestText = (more: object = {}) => JSON.stringify({ id: spec.id, files, dtypes: ["q8", "fp16"], ...more });

beforeEach(async () => {
  server = new Server();
  cache = new MemoryCache();
  [warnings, progress, files] = [[], [], await describeFiles()];
  for (const [path, text] of Object.entries(CONTENT)) server.files.set(path, bytes(text));
  server.files.set("manifest.json", bytes(manifestText()));
});

describe("the manifest", () => {
  it("names the files of a dtype, external weights included, and has an order-free hash", async () => {
    const manifest = await fetchManifest(source());
    const chosen = selectFiles(manifest, "q8");
    expect(chosen.graph.path).toBe("onnx/model_quantized.onnx");
    expect(chosen.data.map((file) => file.path)).toEqual(["onnx/model_quantized.onnx_data"]);
    expect(chosen.all).toHaveLength(5);
    expect(await hashFiles(chosen.all)).toBe(await hashFiles([...chosen.all].reverse()));
    expect(await hashFiles(chosen.all)).not.toBe(await hashFiles(selectFiles(manifest, "fp16").all));
    expect(() => selectFiles(manifest, "q4" as Dtype)).toThrow(/has no onnx\/model_q4.onnx: prepare it again/);
  });

  it("is taken from the kept one when the server is down", async () => {
    await fetchManifest(source());
    server.down = true;
    expect((await fetchManifest(source())).files).toHaveLength(6);
  });

  it.each([
    ["is missing", () => server.files.delete("manifest.json")],
    ["is the index page of a static host", () => server.files.set("manifest.json", bytes("<!doctype html>"))],
    ["cannot be reached", () => (server.down = true)],
  ])("that %s gives one sentence with the way out", async (_, breakIt) => {
    breakIt();
    await expect(fetchManifest(source())).rejects.toThrow(
      /is not prepared yet.*npx agentcoder models prepare smollm2-135m/,
    );
  });

  it.each([
    ["files outside its directory", { files: [{ path: "../x", bytes: 1, sha256: "0".repeat(64) }] }],
    ["absolute paths", { files: [{ path: "/x", bytes: 1, sha256: "0".repeat(64) }] }],
    ["a size that is none", { files: [{ path: "x", bytes: -1, sha256: "0".repeat(64) }] }],
    ["an unknown dtype", { dtypes: ["q2"] }],
    ["no files", { files: undefined }],
  ])("with %s is refused", async (_, more) => {
    server.files.set("manifest.json", bytes(manifestText(more)));
    await expect(fetchManifest(source())).rejects.toThrow(/manifest of smollm2-135m cannot be read/);
  });
});

describe("files", () => {
  it("are fetched once, verified, and reused without the server", async () => {
    const first = await fetchFiles(source(), files);
    expect(new TextDecoder().decode(first.get("onnx/model_quantized.onnx_data"))).toBe("weights");
    expect(progress.at(-1)).toMatchObject({ loadedBytes: progress[0]!.totalBytes });
    expect(progress.every((p, i) => i === 0 || p.loadedBytes >= progress[i - 1]!.loadedBytes)).toBe(true);
    server.down = true;
    expect(await fetchFiles(source(), files)).toEqual(first);
    expect(server.asked.filter((path) => path === "config.json")).toHaveLength(1);
  });

  it("that were damaged while kept are fetched again", async () => {
    await fetchFiles(source(), files);
    cache.kept.set(files[1]!.sha256, bytes("wrights"));
    const again = await fetchFiles(source(), files);
    expect(new TextDecoder().decode(again.get(files[1]!.path))).toBe("weights");
    expect(new TextDecoder().decode(cache.kept.get(files[1]!.sha256))).toBe("weights");
  });

  it.each(["wrong by", "short", "far too long for it"])(
    "that arrive as %j are refused by name and hash",
    async (text) => {
      server.files.set("onnx/model_quantized.onnx_data", bytes(text));
      const expected = files.find((file) => file.path.endsWith("_data"))!.sha256;
      await expect(fetchFiles(source(), files)).rejects.toThrow(
        new RegExp(
          `onnx/model_quantized.onnx_data of .* is corrupted: its sha256 is [0-9a-f]{64}, ${expected} was expected`,
        ),
      );
      expect([...cache.kept.keys()]).not.toContain(expected);
    },
  );

  it("that are gone or out of reach give one sentence", async () => {
    server.files.delete("tokenizer.json");
    await expect(fetchFiles(source(), files)).rejects.toThrow(
      /tokenizer.json of .* could not be fetched \(the server answered 404\)/,
    );
    server.down = true;
    await expect(fetchFiles(source(), files)).rejects.toThrow(
      /could not be fetched \(Failed to fetch\).*what came whole is kept/,
    );
  });

  it("work uncached with a warning when the storage is full", async () => {
    cache.full = true;
    expect((await fetchFiles(source(), files)).size).toBe(6);
    expect(warnings).toContain("The model was not kept.");
  });
});
