import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256, UserError, type Sample } from "../../src/protocol/index.ts";
import { toJsonl } from "../../src/data/index.ts";
import { openStore, type DraftEdit, type Store } from "../../src/store/index.ts";
import { fakeSamples } from "../app/fixtures/run.ts";
import { completeRun, fillDiskAfter, SAMPLES } from "./doubles.ts";

let opened = 0;
let store: Store;
beforeEach(() => void (store = openStore(`datasets-${opened++}`)));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  store.close();
});

const SHA = "a".repeat(64);
const dataset = { name: "mine.jsonl", version: "file", sha256: SHA, samples: SAMPLES };
const MANY = fakeSamples(1203);

describe("a dataset", () => {
  it("comes back whole, with where it came from", async () => {
    const origin = { created: "2026-11-01T00:00:00.000Z", parent: "b".repeat(64), source: "hub: x/y", card: "# Mine" };
    const edits = { changed: 2, added: 0, deleted: 1 };
    await store.saveDataset({ ...dataset, ...origin, edits });
    expect(await store.getDataset(SHA)).toEqual({ ...dataset, ...origin, edits, n: SAMPLES.length });
    expect(await store.getDataset("b".repeat(64))).toBeUndefined();
  });

  it("that is saved again keeps what is not given anew", async () => {
    await store.saveDataset({
      ...dataset,
      created: "2026-11-01T00:00:00.000Z",
      parent: "b".repeat(64),
      card: "# Mine",
    });
    await store.saveDataset({ ...dataset, name: "again.jsonl", source: "again" });
    expect(await store.listDatasets()).toEqual([
      {
        name: "again.jsonl",
        version: "file",
        sha256: SHA,
        n: SAMPLES.length,
        created: "2026-11-01T00:00:00.000Z",
        parent: "b".repeat(64),
        source: "again",
        card: "# Mine",
      },
    ]);
    expect((await store.getDataset(SHA))?.samples).toEqual(SAMPLES);
  });

  it("is not its own parent where edits amounted to nothing", async () => {
    await store.saveDataset({ ...dataset, parent: SHA, edits: { changed: 1, added: 0, deleted: 0 } });
    expect((await store.listDatasets())[0]).toMatchObject({ parent: null });
    expect((await store.listDatasets())[0]).not.toHaveProperty("edits");
  });

  it("is listed before older ones", async () => {
    for (const day of [3, 1, 2]) {
      const created = `2026-11-0${day}T00:00:00.000Z`;
      await store.saveDataset({ ...dataset, sha256: `${day}`.repeat(64), name: `day ${day}`, created });
    }
    expect((await store.listDatasets()).map(({ name }) => name)).toEqual(["day 3", "day 2", "day 1"]);
  });

  it("is read in part wherever the part lies", async () => {
    await store.saveDataset({ ...dataset, samples: MANY });
    expect(await store.sampleCount(SHA)).toBe(MANY.length);
    await fc.assert(
      fc.asyncProperty(fc.nat(1300), fc.nat(1300), async (from, count) => {
        expect(await store.readSamples(SHA, from, count)).toEqual(MANY.slice(from, from + count));
      }),
      { numRuns: 40 },
    );
  });

  it("that is not there is told by its hash", async () => {
    await expect(store.readSamples(SHA, 0, 1)).rejects.toThrow(UserError);
    await expect(store.sampleCount(SHA)).rejects.toThrow(/no dataset with sha256 aaaaaaaaaaaa… in this browser/);
  });

  it("that does not fit leaves the one that was there", async () => {
    await store.saveDataset({ ...dataset, samples: MANY });
    fillDiskAfter(1);
    await expect(store.saveDataset({ ...dataset, samples: MANY.slice(3) })).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    expect((await store.getDataset(SHA))?.samples).toEqual(MANY);
  });
});

describe("the writer", () => {
  it("gives the dataset and the hash that saving at once would give, however it is fed", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(700), { minLength: 1, maxLength: 5 }), async (sizes) => {
        const all = fakeSamples(sizes.reduce((sum, size) => sum + size, 1));
        const writer = store.openDatasetWriter({ name: "import", version: "1" });
        let at = 0;
        for (const size of [...sizes, 1]) await writer.append(all.slice(at, (at += size)));
        const hash = await sha256(toJsonl(all));
        expect(await writer.finish()).toEqual({ sha256: hash, n: all.length });
        expect(await store.getDataset(hash)).toMatchObject({ name: "import", n: all.length, samples: all });
        expect(await store.readSamples(hash, all.length - 1, 5)).toEqual(all.slice(-1));
      }),
      { numRuns: 8 },
    ));

  it("hashes texts of all planes as their UTF-8", async () => {
    const samples: Sample[] = [{ ...SAMPLES[0]!, prompt: "π 😀 \u2028 \ud800 <b>" }];
    const writer = store.openDatasetWriter({ name: "x", version: "1" });
    await writer.append(samples);
    expect((await writer.finish()).sha256).toBe(await sha256(toJsonl(samples)));
  });

  it("shows nothing before it is finished, and nothing after it was given up", async () => {
    const writer = store.openDatasetWriter({ name: "x", version: "1" });
    await writer.append(MANY);
    expect(await store.listDatasets()).toEqual([]);
    await writer.abort();
    await writer.abort();
    expect(await store.listDatasets()).toEqual([]);
    await expect(writer.append(SAMPLES)).rejects.toThrow(/takes no more samples/);
    await expect(writer.finish()).rejects.toThrow(/takes no more samples/);
  });

  it("refuses a dataset without samples", async () => {
    await expect(store.openDatasetWriter({ name: "empty.csv", version: "1" }).finish()).rejects.toThrow(
      "empty.csv: there are no samples in it.",
    );
  });

  it("that fails can only be given up: no samples are missing from the middle of a dataset", async () => {
    const writer = store.openDatasetWriter({ name: "x", version: "1" });
    fillDiskAfter(1);
    await expect(writer.append(MANY)).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    await expect(writer.finish()).rejects.toThrow(/takes no more samples/);
    await writer.abort();
    expect(await store.listDatasets()).toEqual([]);
  });

  it("that writes what is there already leaves one dataset, with its date", async () => {
    const hash = await sha256(toJsonl(SAMPLES));
    await store.saveDataset({ ...dataset, sha256: hash, created: "2026-11-01T00:00:00.000Z" });
    const writer = store.openDatasetWriter({ name: "again", version: "2", source: "import" });
    await writer.append(SAMPLES);
    await writer.finish();
    const created = "2026-11-01T00:00:00.000Z";
    expect(await store.listDatasets()).toMatchObject([{ name: "again", version: "2", source: "import", created }]);
    expect((await store.getDataset(hash))?.samples).toEqual(SAMPLES);
  });
});

describe("drafts of edits", () => {
  const edits: DraftEdit[] = [
    { kind: "change", index: 2, before: SAMPLES[2]!, after: { ...SAMPLES[2]!, prompt: "Why?" } },
    { kind: "insert", index: 0, after: { ...SAMPLES[0]!, id: "new" } },
    { kind: "delete", index: 5, before: SAMPLES[4]! },
  ];

  it("are kept until they are cleared", async () => {
    expect(await store.loadDraft(SHA)).toEqual([]);
    await store.saveDraft(SHA, edits.slice(0, 1));
    await store.saveDraft(SHA, edits);
    expect(await store.loadDraft(SHA)).toEqual(edits);
    await store.clearDraft(SHA);
    expect(await store.loadDraft(SHA)).toEqual([]);
  });

  it("go into the trash and come back with their dataset", async () => {
    await store.saveDataset(dataset);
    await store.saveDraft(SHA, edits);
    await store.deleteDataset(SHA);
    await store.restoreDataset(SHA);
    expect(await store.loadDraft(SHA)).toEqual(edits);
    await store.deleteDataset(SHA);
    await store.emptyTrash();
    expect(await store.loadDraft(SHA)).toEqual([]);
  });
});

describe("the trash", () => {
  it("holds datasets and runs until they are put back", async () => {
    const run = completeRun();
    await store.saveDataset({ ...dataset, samples: MANY });
    await store.saveRun(run);
    await store.deleteDataset(SHA);
    await store.deleteRun(run.id);
    expect([await store.listDatasets(), await store.listRuns()]).toEqual([[], []]);
    expect([await store.getDataset(SHA), await store.getRun(run.id)]).toEqual([undefined, undefined]);
    expect(await store.listTrash()).toEqual(
      expect.arrayContaining([
        { kind: "dataset", key: SHA, name: "mine.jsonl", deleted: expect.any(String) },
        { kind: "run", key: run.id, name: run.model.id, deleted: expect.any(String) },
      ]),
    );
    await store.restoreDataset(SHA);
    await store.restoreRun(run.id);
    expect((await store.getDataset(SHA))?.samples).toEqual(MANY);
    expect(await store.getRun(run.id)).toEqual(run);
    expect(await store.listTrash()).toEqual([]);
  });

  it("is empty for good once emptied", async () => {
    await store.saveDataset(dataset);
    await store.saveRun(completeRun());
    await store.deleteDataset(SHA);
    await store.deleteRun(completeRun().id);
    await store.deleteDataset("never there");
    await store.emptyTrash();
    expect(await store.listTrash()).toEqual([]);
    await expect(store.restoreDataset(SHA)).rejects.toThrow("This dataset is no longer in the trash");
    await expect(store.restoreRun(completeRun().id)).rejects.toThrow("This run is no longer in the trash");
  });

  it("gives way to the same thing saved again", async () => {
    const run = completeRun();
    await store.saveDataset({ ...dataset, samples: MANY });
    await store.saveRun(run);
    await store.deleteDataset(SHA);
    await store.deleteRun(run.id);
    await store.saveDataset({ ...dataset, samples: MANY });
    await store.saveRun(run);
    expect(await store.listTrash()).toEqual([]);
    await store.emptyTrash();
    expect((await store.getDataset(SHA))?.samples).toEqual(MANY);
    expect(await store.getRun(run.id)).toEqual(run);
  });

  it("forgets what was deleted more than 30 days ago when the page is opened", async () => {
    const name = `datasets-${opened++}`;
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-10-01T00:00:00Z") });
    for (const [date, sha] of [
      ["2026-10-01T00:00:00Z", "1".repeat(64)],
      ["2026-10-03T00:00:00Z", "3".repeat(64)],
    ] as const) {
      vi.setSystemTime(new Date(date));
      const page = openStore(name);
      await page.saveDataset({ ...dataset, sha256: sha });
      await page.deleteDataset(sha);
      page.close();
    }
    vi.setSystemTime(new Date("2026-11-01T00:00:00Z"));
    const page = openStore(name);
    expect((await page.listTrash()).map(({ key }) => key)).toEqual(["3".repeat(64)]);
    page.close();
  });

  it("is emptied where the storage is full, so that deleting makes room", async () => {
    await store.saveDataset(dataset);
    await store.deleteDataset(SHA);
    fillDiskAfter(0);
    const saving = store.saveRun(completeRun());
    await expect(saving).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    expect(await store.listTrash()).toEqual([]);
    await store.saveRun(completeRun());
  });
});
