import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, expect, it } from "vitest";
import { openStore, type Store } from "../../src/store/index.ts";
import { fakeSamples } from "../app/fixtures/run.ts";
import { adapterCalled, completeRun, USER_MODEL } from "./doubles.ts";

const { results, ...row } = completeRun();
const TOOL = {
  name: "a",
  description: "Print.",
  parameters: { type: "object" as const, properties: {} },
  language: "python" as const,
  body: "print(1)",
};
const ADAPTER = await adapterCalled("mine");
const DATASETS = [0, 1, 500, 1201].map((n) => ({
  name: `of ${n}.jsonl`,
  version: "file",
  sha256: `${n}`.padStart(64, "0"),
  samples: fakeSamples(n),
}));

let store: Store | undefined;
afterEach(() => store?.close());

/** A database as the program wrote it when it had this version. */
async function written(name: string, version: 1 | 2 | 4): Promise<void> {
  const old = new Dexie(name);
  old.version(1).stores({
    runs: "id, created",
    results: "[runId+index], runId",
    datasets: "sha256, name",
    settings: "key",
  });
  if (version >= 2) old.version(2).stores({ userTools: "name" });
  if (version >= 4) {
    old.version(3).stores({
      datasets: "sha256, name, created, owner",
      pieces: "[owner+index], owner",
      drafts: "sha256",
      trash: "[kind+key], deleted, row.owner",
      staged: "[lease+seq], lease",
    });
    old.version(4).stores({ adapters: "sha256, created", adapterFiles: "sha256" });
  }
  await old.table("runs").put({ ...row, done: results.length });
  await old.table("results").bulkPut(results.map((result, index) => ({ runId: row.id, index, result })));
  if (version < 3) await old.table("datasets").bulkPut(DATASETS);
  else await writeAdapter(old);
  await old.table("settings").put({ key: "theme", value: "dark" });
  if (version >= 2) await old.table("userTools").put(TOOL);
  old.close();
}

/** As version 4 kept it, and one more in its trash. */
async function writeAdapter(old: Dexie): Promise<void> {
  const { weights, configFile, ...adapter } = ADAPTER;
  const summary = { ...adapter, created: "2026-01-01T00:00:00.000Z", bytes: weights.length + configFile.length };
  await old.table("adapters").put(summary);
  await old.table("adapterFiles").put({ sha256: adapter.sha256, configFile, weights });
  const gone = { ...summary, sha256: "f".repeat(64) };
  await old.table("trash").put({ kind: "adapter", key: gone.sha256, deleted: new Date().toISOString(), row: gone });
}

it("nothing is lost of a database that version 4 wrote, and models can be added to it", async () => {
  await written("of-version-4", 4);
  store = openStore("of-version-4");
  expect(await store.getRun(row.id)).toEqual({ ...row, results });
  expect(await store.getAdapter(ADAPTER.sha256)).toEqual(ADAPTER);
  expect(await store.listTrash()).toMatchObject([{ kind: "adapter", key: "f".repeat(64) }]);
  expect(await store.listModels()).toEqual([]);
  await store.saveModel(USER_MODEL);
  expect(await store.listModels()).toMatchObject([USER_MODEL]);
});

it.each([1, 2] as const)("nothing is lost of a database that version %i wrote", async (version) => {
  await written(`of-version-${version}`, version);
  store = openStore(`of-version-${version}`);
  expect(await store.getRun(row.id)).toEqual({ ...row, results });
  expect(await store.getSetting("theme")).toBe("dark");
  expect(await store.listUserTools()).toEqual(version === 2 ? [TOOL] : []);
  expect(await store.listDatasets()).toHaveLength(DATASETS.length);
  for (const { sha256, name, samples } of DATASETS) {
    const origin = { parent: null, source: name, card: "", n: samples.length };
    expect(await store.getDataset(sha256)).toMatchObject({ name, version: "file", samples, ...origin });
  }
  const large = DATASETS.at(-1)!;
  expect(await store.listAdapters()).toEqual([]);
  expect(await store.readSamples(large.sha256, 990, 20)).toEqual(large.samples.slice(990, 1010));
});

it("an old database that was brought over once stays as it is when it is opened again", async () => {
  await written("twice", 2);
  for (let time = 0; time < 2; time++) {
    store = openStore("twice");
    expect((await store.getDataset(DATASETS[3]!.sha256))?.samples).toEqual(DATASETS[3]!.samples);
    store.close();
  }
});
