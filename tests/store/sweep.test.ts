import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, expect, it, vi } from "vitest";
import { fakeSamples } from "../app/fixtures/run.ts";

afterEach(() => vi.unstubAllGlobals());

const MANY = fakeSamples(700);

/** Web Locks of one origin; `page` is one of its tabs, and `close` ends what that tab holds. */
function webLocks() {
  const held = new Map<string, number>();
  const page = (tab: number) => ({
    locks: {
      request: (name: string, run: () => Promise<void>) => {
        held.set(name, tab);
        return run().then(() => held.delete(name));
      },
      query: async () => ({ held: [...held.keys()].map((name) => ({ name })) }),
    },
  });
  const close = (tab: number) => held.forEach((owner, name) => owner === tab && held.delete(name));
  return { page, close };
}

/** The program as a tab that was just opened has it. */
async function newTab() {
  vi.resetModules();
  return (await import("../../src/store/index.ts")).openStore;
}

/** How many rows lie in the database's tables, whoever may see them. */
async function rowsIn(name: string): Promise<Record<string, number>> {
  const raw = await new Dexie(name).open();
  const counts = await Promise.all(raw.tables.map(async (table) => [table.name, await table.count()] as const));
  raw.close();
  return Object.fromEntries(counts);
}

it("an import that was given up leaves not a row", async () => {
  const store = (await newTab())("given-up");
  const writer = store.openDatasetWriter({ name: "x", version: "1" });
  await writer.append(MANY);
  store.close();
  expect(await rowsIn("given-up")).toMatchObject({ pieces: 1, datasets: 0 });
  const again = (await newTab())("given-up-2");
  const other = again.openDatasetWriter({ name: "x", version: "1" });
  await other.append(MANY);
  await other.abort();
  again.close();
  expect(Object.values(await rowsIn("given-up-2")).every((count) => count === 0)).toBe(true);
});

it("what a closed tab left unfinished goes when the page is opened again; finished and deleted datasets stay", async () => {
  const before = (await newTab())("closed");
  for (const name of ["kept", "deleted"]) {
    const samples = MANY.map((sample) => ({ ...sample, template: name }));
    await before.saveDataset({ name, version: "1", sha256: name, samples });
  }
  await before.deleteDataset("deleted");
  await before.openDatasetWriter({ name: "cut off", version: "1" }).append(MANY);
  before.close();
  expect(await rowsIn("closed")).toMatchObject({ pieces: 5 });

  const after = (await newTab())("closed");
  expect(await after.listDatasets()).toHaveLength(1);
  await after.restoreDataset("deleted");
  expect(await after.readSamples("deleted", 699, 1)).toHaveLength(1);
  after.close();
  expect(await rowsIn("closed")).toMatchObject({ pieces: 4 });
});

it("a second tab does not sweep what the first is still writing, and sweeps it once that is closed", async () => {
  const { page, close } = webLocks();
  vi.stubGlobal("navigator", page(1));
  const first = (await newTab())("two-tabs");
  const writer = first.openDatasetWriter({ name: "x", version: "1" });
  const cutOff = first.openDatasetWriter({ name: "y", version: "1" });
  await writer.append(MANY);
  await cutOff.append(MANY);

  vi.stubGlobal("navigator", page(2));
  const second = (await newTab())("two-tabs");
  await second.listDatasets();
  second.close();
  await writer.append(MANY.map((sample) => ({ ...sample, id: `${sample.id}-b` })));
  const { sha256, n } = await writer.finish();
  expect(n).toBe(1400);
  expect((await first.getDataset(sha256))?.samples).toHaveLength(1400);
  first.close();
  close(1);

  const third = (await newTab())("two-tabs");
  expect(await third.listDatasets()).toHaveLength(1);
  third.close();
  expect(await rowsIn("two-tabs")).toMatchObject({ pieces: 3 });
});
