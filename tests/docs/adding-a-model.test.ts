import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { getModel, registerModels } from "../../src/models/index.ts";
import { modelFromFiles, modelFromHub } from "../../src/models/adding/index.ts";
import { Downloader } from "../../src/models/files/downloader.ts";
import { fetchFiles, fetchManifest, selectFiles, type FileSource } from "../../src/models/files/index.ts";
import { FORMAT_TITLES, RUNTIME_TITLES } from "../../src/app/labels.ts";
import { HubServer, type Repository } from "../models/hub-server.ts";
import { MemoryCache } from "../models/memory-cache.ts";
import { blocks } from "./markdown.ts";

// The guide, followed as it stands, with nano's own files as the tiny checkpoint.
const GUIDE = "docs/adding_a_model.md";
const text = readFileSync(GUIDE, "utf8");
const field = (label: string) => new RegExp(`^- ${label}: \`(.+)\`$`, "m").exec(text)?.[1] ?? `no ${label} in ${GUIDE}`;
const [hubId, folder, fileId] = blocks(GUIDE, "text").map((block) => block.text.trim()) as [string, string, string];
const nano = (name: string) => readFileSync(`public/models/nano/${name}`);
const texts = Object.fromEntries(
  ["config.json", "tokenizer.json", "tokenizer_config.json"].map((name) => [name, nano(name)]),
);
const FILES: Repository = { ...texts, "onnx/model_quantized.onnx": "q8", "onnx/model_q4f16.onnx": "q4f16" };

const hub = new HubServer();
beforeAll(() => hub.start());
afterEach(() => registerModels([]));
afterAll(() => hub.stop());

const cache = new MemoryCache();
const downloader = () => new Downloader(hub.url, fetch, async () => cache);

describe("a model of a hub", () => {
  it("is found, added, downloaded and loaded as the guide says", async () => {
    const repository = field("Repository on the hub");
    hub.add(repository, FILES);
    const model = await modelFromHub(hub.url, repository, fetch);
    expect(RUNTIME_TITLES[model.runtime]).toBe(field("Runs with"));
    expect([...new Set([...model.dtypes.webgpu, ...model.dtypes.wasm])].join(", ")).toBe(field("Weights"));
    expect(FORMAT_TITLES[model.promptFormat]).toBe(field("Prompt format"));
    expect(hub.asked.map((path) => path.split("/").at(-1))).toEqual(["main", "config.json"]);

    registerModels([model], hub.url);
    const spec = getModel(hubId);
    expect(spec).toMatchObject({ title: "tiny-coder", baseUrl: hub.url, shape: { layers: 6, hidden: 256 } });
    await downloader().download(spec, "q8", () => {});
    await hub.stop();
    const source: FileSource = {
      spec,
      baseUrl: spec.baseUrl,
      fetch,
      cache,
      onProgress: () => {},
      onWarning: () => {},
    };
    const files = await fetchFiles(source, selectFiles(await fetchManifest(source), "q8").all);
    expect(Buffer.from(files.get("tokenizer.json")!)).toEqual(texts["tokenizer.json"]);
  });
});

describe("a model from files", () => {
  it("is what the guide's folder makes", async () => {
    const paths = folder.split("\n");
    const given = paths.map((path) => {
      const content = FILES[path.slice(path.indexOf("/") + 1)];
      if (content === undefined) throw new Error(`${GUIDE} lists ${path}, which a model does not have.`);
      return { path, blob: new Blob([content as BlobPart]) };
    });
    const { model, files } = await modelFromFiles(given);
    expect(model.id).toBe(fileId);
    await downloader().keep(model, ["q8"], files);
    registerModels([model]);
    expect((await downloader().kept(getModel(fileId)))?.dtypes).toMatchObject([{ dtype: "q8", complete: true }]);
  });
});
