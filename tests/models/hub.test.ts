import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoadProgress, ModelSpec } from "../../src/protocol/index.ts";
import { getModel } from "../../src/models/index.ts";
import { fetchBlobs, fetchFiles, fetchManifest, selectFiles, type FileSource } from "../../src/models/files/index.ts";
import { Downloader } from "../../src/models/files/downloader.ts";
import { HubServer } from "./hub-server.ts";
import { MemoryCache } from "./memory-cache.ts";

const PIECE = 1000;
const WEIGHTS = randomBytes(4321);
const ONNX = {
  "config.json": '{"model_type":"qwen2"}',
  "tokenizer.json": '{"model":{}}',
  "tokenizer_config.json": "{}",
  "onnx/model_q4f16.onnx": "graph",
  "onnx/model_q4f16.onnx_data": WEIGHTS,
  "onnx/model_quantized.onnx": "another graph",
  "README.md": "# A model",
};

let hub: HubServer;
let cache: MemoryCache;
let progress: LoadProgress[];
let warnings: string[];
beforeEach(async () => {
  hub = await new HubServer().start();
  cache = new MemoryCache();
  [progress, warnings] = [[], []];
  hub.add("onnx-community/Qwen2.5-Coder-0.5B-Instruct", ONNX, { cardData: { license: "apache-2.0" } });
  hub.add("second-state/StarCoder2-3B-GGUF", { "starcoder2-3b-Q4_K_M.gguf": WEIGHTS });
});
afterEach(() => hub.stop());

const at = (spec: ModelSpec): ModelSpec => ({ ...spec, baseUrl: hub.url });
const qwen = () => at(getModel("qwen2.5-coder-0.5b"));
const starcoder = () => at(getModel("starcoder2-3b"));

const source = (spec: ModelSpec): FileSource => ({
  spec,
  baseUrl: spec.baseUrl,
  fetch,
  cache,
  onProgress: (p) => void progress.push(p),
  onWarning: (sentence) => void warnings.push(sentence),
  pieceBytes: PIECE,
});
const downloader = () => new Downloader(hub.url, fetch, async () => cache, PIECE);
const weights = async (spec: ModelSpec) => {
  const { files } = await fetchManifest(source(spec));
  return files.filter(({ bytes }) => bytes === WEIGHTS.length);
};
const asked = (part: string) => hub.asked.filter((path) => path.includes(part));

describe("a hub's model", () => {
  it("is pinned to the commit that its revision stands for, once and for all", async () => {
    const manifest = await fetchManifest(source(qwen()));
    const { sha } = hub.repositories.get("onnx-community/Qwen2.5-Coder-0.5B-Instruct")!;
    expect(manifest).toMatchObject({ revision: sha, license: "apache-2.0", dtypes: ["q4f16", "q8"] });
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(
      Object.keys(ONNX)
        .filter((path) => path !== "README.md")
        .sort(),
    );
    hub.add("onnx-community/Qwen2.5-Coder-0.5B-Instruct", { ...ONNX, "onnx/model_q4.onnx": "newer" });
    expect(await fetchManifest(source(qwen()))).toEqual(manifest);
    expect(asked("/api/")).toEqual(["/api/models/onnx-community/Qwen2.5-Coder-0.5B-Instruct/revision/main"]);
  });

  it("gives the files of a dtype through the same door as any other, and then needs no network", async () => {
    const manifest = await fetchManifest(source(qwen()));
    const { all } = selectFiles(manifest, "q4f16");
    const files = await fetchFiles(source(qwen()), all);
    expect(Buffer.from(files.get("onnx/model_q4f16.onnx_data")!)).toEqual(WEIGHTS);
    expect(progress.every((p, i) => i === 0 || p.loadedBytes >= progress[i - 1]!.loadedBytes)).toBe(true);
    await hub.stop();
    expect(await fetchFiles(source(qwen()), selectFiles(await fetchManifest(source(qwen())), "q4f16").all)).toEqual(
      files,
    );
  });

  it.each([
    ["is gated", () => hub.add("second-state/StarCoder2-3B-GGUF", {}, { gated: "manual" }), /not open to everybody/],
    ["is gone", () => hub.repositories.clear(), /has no repository second-state\/StarCoder2-3B-GGUF/],
    ["has other files", () => hub.add("second-state/StarCoder2-3B-GGUF", { "x.gguf": "y" }), /has none of the files/],
    ["has a small file that is not what the hub lists", tamper, /is not what the hub lists/],
    [
      "lies on a hub that is none",
      () => hub.add("second-state/StarCoder2-3B-GGUF", {}, { siblings: 1 }),
      /none of the files/,
    ],
  ])("that %s is told in one sentence", async (_, breakIt, sentence) => {
    breakIt();
    await expect(fetchManifest(source(_.includes("small") ? qwen() : starcoder()))).rejects.toThrow(sentence);
    expect(cache.kept.size).toBeLessThan(3);
  });

  it("that can be read but not fetched is told with the way out", async () => {
    const files = await weights(starcoder());
    hub.refuse = 401;
    await expect(fetchFiles(source(starcoder()), files)).rejects.toThrow(
      /is gated.*then add the file on the Models page/,
    );
    await hub.stop();
    await expect(fetchFiles(source(starcoder()), files)).rejects.toThrow(/check the connection/);
  });

  it("that is larger than a buffer is refused before anything is fetched", async () => {
    const [file] = await weights(starcoder());
    const before = hub.asked.length;
    await expect(fetchFiles(source(starcoder()), [{ ...file!, bytes: 3 * 2 ** 30 }])).rejects.toThrow(
      /has 3.0 GiB in one file.*takes at most 2 GiB/,
    );
    expect(hub.asked.length).toBe(before);
  });
});

/** config.json changes between the listing and the file. */
function tamper(): void {
  const files = { ...ONNX };
  hub.add("onnx-community/Qwen2.5-Coder-0.5B-Instruct", files);
  const entry = hub.repositories.get("onnx-community/Qwen2.5-Coder-0.5B-Instruct")!;
  let times = 0;
  Object.defineProperty(entry.files, "config.json", {
    enumerable: true,
    get: () => (times++ === 0 ? '{"model_type":"qwen2"}' : '{"model_type":"qwen3"}'),
  });
}

describe("a file that is broken off", () => {
  it("goes on where it was, with what came whole", async () => {
    const files = await weights(starcoder());
    hub.cutAfter = 2500;
    await expect(fetchFiles(source(starcoder()), files)).rejects.toThrow(/what came whole is kept/);
    hub.cutAfter = Infinity;
    const [data] = (await fetchFiles(source(starcoder()), files)).values();
    expect(Buffer.from(data!)).toEqual(WEIGHTS);
    expect(asked("bytes=")).toEqual([expect.stringMatching(/gguf bytes=2000-$/)]);
  });

  it("is whole also where the server knows no ranges", async () => {
    const files = await weights(starcoder());
    hub.cutAfter = 2500;
    await expect(fetchBlobs(source(starcoder()), files)).rejects.toThrow();
    [hub.cutAfter, hub.ranges] = [Infinity, false];
    const [blob] = (await fetchBlobs(source(starcoder()), files)).values();
    expect(Buffer.from(await blob!.arrayBuffer())).toEqual(WEIGHTS);
  });

  it("ends as published however often it is cut and whichever piece is damaged", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4400 }), { maxLength: 3 }),
        fc.option(fc.integer({ min: 0, max: 4 })),
        fc.boolean(),
        fc.boolean(),
        async (cuts, damaged, ranges, asBlobs) => {
          cache = new MemoryCache();
          hub.ranges = ranges;
          const files = await weights(starcoder());
          for (const cut of cuts) {
            hub.cutAfter = cut;
            await fetchBlobs(source(starcoder()), files).catch(() => {});
          }
          hub.cutAfter = Infinity;
          const key = `${files[0]!.sha256}.${damaged}`;
          const wasVerified = cache.kept.has(`${files[0]!.sha256}.verified`);
          if (cache.kept.has(key) && !wasVerified) cache.kept.set(key, new Uint8Array(cache.kept.get(key)!.length));
          const got = await (asBlobs ? fetchBlobs : fetchFiles)(source(starcoder()), files);
          const [data] = [...got.values()];
          const bytes = data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data!;
          expect(Buffer.from(bytes)).toEqual(WEIGHTS);
        },
      ),
      { numRuns: 20 },
    ));

  it("that is not what its hash says is told, and nothing of it stays", async () => {
    const [file] = await weights(starcoder());
    const wrong = { ...file!, sha256: "0".repeat(64) };
    await expect(fetchFiles(source(starcoder()), [wrong])).rejects.toThrow(/corrupted.*remove it from this browser/);
    await expect(fetchBlobs(source(starcoder()), [wrong])).rejects.toThrow(/corrupted/);
    expect([...cache.kept.keys()].filter((key) => key.startsWith("0000"))).toEqual([]);
  });
});

describe("the downloader", () => {
  it("says what there is to fetch, fetches it, and knows then that it is whole", async () => {
    const spec = qwen();
    expect(await downloader().kept(spec)).toBeNull();
    const look = await downloader().look(spec);
    const q4 = { dtype: "q4f16", total: 4321 + 5 + 12 + 22 + 2, complete: false };
    expect(look.dtypes[0]).toMatchObject(q4);
    const after = await downloader().download(spec, "q4f16", (p) => progress.push(p));
    expect(after.dtypes[0]).toEqual({ ...q4, kept: q4.total, complete: true });
    expect(after.dtypes[1]).toMatchObject({ dtype: "q8", complete: false });
    expect(progress.at(-1)).toMatchObject({ loadedBytes: q4.total, totalBytes: q4.total });
    await hub.stop();
    expect(await downloader().kept(spec)).toEqual(after);
    expect((await downloader().download(spec, "q4f16", () => {})).dtypes).toEqual(after.dtypes);
  });

  it("finds a file that was damaged when it is asked to check, and fetches it again", async () => {
    const spec = starcoder();
    await downloader().download(spec, "q4", () => {});
    const [file] = await weights(spec);
    cache.kept.set(`${file!.sha256}.1`, new Uint8Array(PIECE));
    hub.asked.length = 0;
    await downloader().download(spec, "q4", () => {});
    expect(hub.asked).toEqual([]);
    await downloader().download(spec, "q4", () => {}, true);
    expect(hub.asked).toHaveLength(1);
    const [blob] = (await fetchBlobs(source(spec), [file!])).values();
    expect(Buffer.from(await blob!.arrayBuffer())).toEqual(WEIGHTS);
  });

  it("removes a model, but no file that another one has, too", async () => {
    hub.add("onnx-community/Qwen2.5-Coder-1.5B-Instruct", { ...ONNX, "onnx/model_q4f16.onnx_data": randomBytes(2500) });
    const other = at(getModel("qwen2.5-coder-1.5b"));
    for (const spec of [qwen(), other]) await downloader().download(spec, "q4f16", () => {});
    await downloader().remove(qwen());
    expect(await downloader().kept(qwen())).toBeNull();
    expect((await downloader().kept(other))?.dtypes[0]?.complete).toBe(true);
    await downloader().remove(other);
    expect([...cache.kept.keys()]).toEqual([]);
  });

  it("tells that there is no room, and keeps what came", async () => {
    await downloader().look(starcoder());
    cache.full = true;
    await expect(downloader().download(starcoder(), "q4", () => {})).rejects.toThrow(
      /no room in this browser's storage/,
    );
  });

  it("keeps files that a person gives, which then load without a network", async () => {
    const spec: ModelSpec = {
      ...starcoder(),
      id: "user/file/mine",
      origin: "file",
      baseUrl: "",
      hub: { repository: "", revision: "", files: { q4: "mine.gguf" } },
    };
    await expect(fetchManifest(source(spec))).rejects.toThrow(/no longer in this browser: add them again/);
    await downloader().keep(spec, ["q4"], [{ path: "mine.gguf", blob: new Blob([WEIGHTS]) }]);
    const manifest = await fetchManifest(source(spec));
    const [blob] = (await fetchBlobs(source(spec), manifest.files)).values();
    expect(Buffer.from(await blob!.arrayBuffer())).toEqual(WEIGHTS);
    expect(hub.asked).toEqual([]);
  });
});
