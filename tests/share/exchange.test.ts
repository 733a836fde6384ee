import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toJsonl } from "../../src/data/index.ts";
import { sha256, UserError, type Run } from "../../src/protocol/index.ts";
import { listModels } from "../../src/models/index.ts";
import { Exchange } from "../../src/share/exchange/index.ts";
import { packBundle, readBundle, type BundleFile } from "../../src/share/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { fakeSamples } from "../app/fixtures/run.ts";
import { adapterCalled } from "../store/doubles.ts";
import { honestRun } from "./doubles.ts";

const BASE = "https://lab.example/";
const SAMPLES = fakeSamples(6);
const JSONL = toJsonl(SAMPLES);
const SHA = await sha256(JSONL);
const RUN: Run = { ...(await honestRun()), dataset: { name: "mine", version: "3", sha256: SHA, n: 6 } };

let opened = 0;
let [here, there]: Store[] = [];
beforeEach(() => void ([here, there] = [openStore(`exchange-${opened++}`), openStore(`exchange-${opened++}`)]));
afterEach(() => [here, there].forEach((store) => store?.close()));

const asFile = (content: BlobPart, name = "given.agentcoder") => new File([content], name);
const part = (path: string, kind: BundleFile["kind"], text: string): BundleFile => ({
  path,
  kind,
  bytes: new TextEncoder().encode(text),
});
const pack = async (...files: BundleFile[]) => asFile(await packBundle({ created: "2026-11-26T00:00:00.000Z", files }));
const open = (file: File, published: { name: string; sha256: string }[] = []) =>
  new Exchange(there!).open(file, { published, models: listModels() });

async function packedHere(run = RUN): Promise<Blob> {
  await here!.saveDataset({ name: "mine", version: "3", sha256: SHA, samples: SAMPLES, card: "# Mine" });
  await here!.saveRun(run);
  return (await new Exchange(here!).bundle(run.id, { name: "mine", sha256: SHA, base: BASE })).file;
}

describe("a run's bundle", () => {
  it("holds the run, its configuration, its dataset and the card, and brings them into another browser", async () => {
    const packed = await packedHere();
    const { files } = await readBundle(new Uint8Array(await packed.arrayBuffer()));
    expect(files.map(({ path }) => path)).toEqual(["config.json", "run.json", "dataset.jsonl", "dataset.md"]);
    expect(JSON.parse(new TextDecoder().decode(files[0]!.bytes))).toEqual(RUN.config);

    expect(await open(asFile(packed))).toEqual({ run: RUN.id, dataset: SHA, adapter: null, unused: [] });
    expect(await there!.getRun(RUN.id)).toEqual(RUN);
    expect(await there!.getDataset(SHA)).toMatchObject({
      name: "mine",
      version: "3",
      card: "# Mine",
      samples: SAMPLES,
    });
  });

  it("can be made of a run that could not be stored, and without its dataset", async () => {
    const { file, lacks } = await new Exchange(here!).bundle(RUN, null);
    expect(lacks).toEqual(["dataset"]);
    expect(await open(asFile(file))).toEqual({ run: RUN.id, dataset: null, adapter: null, unused: [] });
    expect(await there!.listDatasets()).toEqual([]);
  });

  it("is refused for a run that was deleted meanwhile", () =>
    expect(new Exchange(here!).bundle("gone", null)).rejects.toThrow(UserError));

  it("leaves a dataset that is here, or comes with the app, as it is", async () => {
    const file = asFile(await packedHere());
    await open(file, [{ name: "mine", sha256: SHA }]);
    expect(await there!.listDatasets()).toEqual([]);
    await there!.saveDataset({ name: "by another name", version: "9", sha256: SHA, samples: SAMPLES });
    await open(file);
    expect(await there!.listDatasets()).toMatchObject([{ name: "by another name", version: "9" }]);
  });
});

describe("a bundle of a run with an adapter", async () => {
  const adapter = await adapterCalled("mine");
  const { sha256: hash, configFile, weights } = adapter;
  const run: Run = {
    ...RUN,
    config: { ...RUN.config, adapter: { sha256: hash, scale: 0.5 } },
    adapter: { sha256: hash, name: "as it was called" },
  };
  const parts = (config = configFile): BundleFile[] => [
    { path: "adapter/adapter_config.json", kind: "adapter", bytes: config },
    { path: "adapter/adapter_model.safetensors", kind: "adapter", bytes: weights },
  ];
  const bytes = (text: string) => new TextEncoder().encode(text);

  it("takes it along, byte for byte", async () => {
    await here!.saveAdapter(adapter);
    expect(await open(asFile(await packedHere(run)))).toEqual({ run: run.id, dataset: SHA, adapter: hash, unused: [] });
    expect(await there!.getAdapter(hash)).toEqual({ ...adapter, name: "as it was called" });
    expect(await there!.getRun(run.id)).toEqual(run);
  });

  it("leaves one that is here as it is called here", async () => {
    await here!.saveAdapter(adapter);
    await there!.saveAdapter({ ...adapter, name: "mine here" });
    await open(asFile(await packedHere(run)));
    expect((await there!.listAdapters()).map(({ name }) => name)).toEqual(["mine here"]);
  });

  it("can be made without it, and says so", async () => {
    const { file, lacks } = await new Exchange(here!).bundle(run, null);
    expect(lacks).toEqual(["dataset", "adapter"]);
    expect(await open(asFile(file))).toMatchObject({ run: run.id, adapter: null });
  });

  it.each([
    ["of other bytes", run, parts(bytes('{"r": 3}')), "is not its run's"],
    ["that is none", run, parts(bytes("[]")), "is no JSON object"],
    ["and a run of the base", RUN, parts(), "its run is one of the base"],
  ])("with an adapter %s is refused and changes nothing", async (_, own, files, sentence) => {
    const failed = open(await pack(part("run.json", "run", JSON.stringify(own)), ...files));
    await expect(failed).rejects.toThrow(UserError);
    await expect(failed).rejects.toThrow(sentence);
    expect([await there!.listRuns(), await there!.listAdapters()]).toEqual([[], []]);
  });

  it("without the run brings it where it says for which model it is", async () => {
    const config = bytes('{"base_model_name_or_path": "nano"}');
    const { adapter: taken, unused } = await open(await pack(...parts(config)));
    expect(unused).toEqual([]);
    expect(await there!.listAdapters()).toMatchObject([{ sha256: taken, name: "given", baseModel: "nano" }]);
    const nameless = await pack(part("dataset.jsonl", "dataset", JSONL), ...parts());
    expect(await open(nameless)).toMatchObject({ adapter: null, unused: parts().map(({ path }) => path) });
  });
});

describe("a bundle of another make", () => {
  const run = part("run.json", "run", JSON.stringify(RUN));

  it("without a run brings its dataset, and says what of it was left out", async () => {
    const file = await pack(
      part("dataset.jsonl", "dataset", JSONL),
      part("adapter/a.bin", "adapter", "weights"),
      part("config.json", "config", "{}"),
    );
    expect(await open(file)).toEqual({ run: null, dataset: SHA, adapter: null, unused: ["adapter/a.bin"] });
    expect(await there!.listDatasets()).toMatchObject([{ name: "given.agentcoder", sha256: SHA, parent: null }]);
  });

  it("never passes rows off under a hash that is not theirs: they are kept as a copy", async () => {
    const spaced = SAMPLES.map((sample) => `${JSON.stringify(sample, null, 1).replaceAll("\n", "")}\n`).join("");
    const { dataset } = await open(await pack(run, part("dataset.jsonl", "dataset", spaced)));
    expect(dataset).toBe(await sha256(spaced));
    expect(dataset).not.toBe(SHA);
    expect(await there!.getDataset(SHA)).toBeUndefined();
    expect(await there!.listDatasets()).toMatchObject([{ sha256: dataset, parent: SHA }]);
  });

  it.each([
    ["nothing to keep", [part("config.json", "config", "{}")], "neither a run nor a dataset nor an adapter"],
    ["a bad row", [run, part("dataset.jsonl", "dataset", `${JSONL}{"id": 1}\n`)], "given.agentcoder, row 7"],
    ["no run in run.json", [part("run.json", "run", "[]"), part("dataset.jsonl", "dataset", JSONL)], "not a run"],
    ["other rows", [run, part("dataset.jsonl", "dataset", toJsonl(SAMPLES.slice(1)))], "has no sample"],
  ])("with %s is refused in one sentence and changes nothing", async (_, files, sentence) => {
    const failed = open(await pack(...files));
    await expect(failed).rejects.toThrow(UserError);
    await expect(failed).rejects.toThrow(sentence);
    expect(await there!.listRuns()).toEqual([]);
    expect(await there!.listDatasets()).toEqual([]);
  });

  it("damaged anywhere is refused and changes nothing", async () => {
    const packed = new Uint8Array(await (await packedHere()).arrayBuffer());
    packed[Math.floor(packed.length / 2)]! ^= 1;
    await expect(open(asFile(packed))).rejects.toThrow(UserError);
    expect(await there!.listRuns()).toEqual([]);
    expect(await there!.listDatasets()).toEqual([]);
  });
});

describe("everything as one file", () => {
  it("goes out and comes in, and says how much of it was read", async () => {
    await packedHere();
    const told: number[] = [];
    const file = await new Exchange(here!).saveAll();
    const { added, refused } = await new Exchange(there!).loadAll(file, "merge", (share) => told.push(share));
    expect(added).toMatchObject({ runs: 1, datasets: 1 });
    expect(refused).toEqual([]);
    expect(told.at(-1)).toBe(1);
    expect(await there!.getRun(RUN.id)).toEqual(RUN);
  });
});
