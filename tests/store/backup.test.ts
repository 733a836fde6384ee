import "fake-indexeddb/auto";
import Dexie from "dexie";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hashAdapter, UserError, type Run } from "../../src/protocol/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { fakeSamples } from "../app/fixtures/run.ts";
import { anyRun } from "./arbitrary.ts";
import { adapterCalled, completeRun, fillDiskAfter, SAMPLES, USER_MODEL } from "./doubles.ts";

let opened = 0;
const stores: Store[] = [];
const another = (): Store => {
  const store = openStore(`backup-${opened++}`);
  stores.push(store);
  return store;
};
let store: Store;
beforeEach(() => void (store = another()));
afterEach(() => {
  vi.restoreAllMocks();
  for (const one of stores.splice(0)) one.close();
});

const MANY = fakeSamples(1203);
const [SHA, OTHER] = ["a".repeat(64), "b".repeat(64)];
const ADAPTER = await adapterCalled("mine");
const TOOL = {
  name: "a",
  description: "Print.",
  parameters: { type: "object" as const, properties: {} },
  language: "python" as const,
  body: "print(1)",
};

/** Everything that a person can see in a store. */
async function contents(of: Store) {
  const runs = await Promise.all((await of.listRuns()).map(({ id }) => of.getRun(id)));
  const datasets = await Promise.all((await of.listDatasets()).map(({ sha256 }) => of.getDataset(sha256)));
  const drafts = await Promise.all([SHA, OTHER].map((sha256) => of.loadDraft(sha256)));
  const adapters = await Promise.all((await of.listAdapters()).map(({ sha256 }) => of.getAdapter(sha256)));
  const [tools, models] = [await of.listUserTools(), await of.listModels()];
  return { runs, datasets, drafts, adapters, tools, models, theme: await of.getSetting("theme") };
}

async function fill(of: Store, runs: Run[] = [completeRun()]): Promise<void> {
  for (const run of runs) await of.saveRun(run);
  await of.saveDataset({ name: "many", version: "1", sha256: SHA, samples: MANY, card: "# Many", parent: OTHER });
  await of.saveDataset({ name: "few", version: "2", sha256: OTHER, samples: SAMPLES });
  await of.saveDraft(SHA, [{ kind: "delete", index: 3, before: MANY[3]! }]);
  await of.saveUserTool(TOOL);
  await of.saveAdapter(ADAPTER);
  await of.saveModel(USER_MODEL);
  await of.setSetting("theme", { dark: true });
}

/** The file with its lines changed. */
async function edited(change: (lines: string[]) => string[]): Promise<Blob> {
  const stream = (await store.exportAll()).stream().pipeThrough(new DecompressionStream("gzip"));
  const lines = (await new Response(stream).text()).trimEnd().split("\n");
  return zipped(`${change(lines).join("\n")}\n`);
}

const zipped = (text: string) =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();

describe("the whole database as a file", () => {
  it("is the same in an empty database", () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyRun, { selector: ({ id }) => id, maxLength: 4 }), async (runs) => {
        const [from, to] = [another(), another()];
        await fill(from, runs);
        const { added, kept, refused } = await to.importAll(await from.exportAll(), { mode: "merge" });
        expect(refused).toEqual([]);
        expect(added).toEqual({
          runs: runs.length,
          datasets: 2,
          drafts: 1,
          settings: 1,
          userTools: 1,
          adapters: 1,
          models: 1,
        });
        expect(Object.values(kept).every((count) => count === 0)).toBe(true);
        expect(await contents(to)).toEqual(await contents(from));
      }),
      { numRuns: 6 },
    ));

  it("leaves what is here when merged, and only what is in it when it replaces", async () => {
    await fill(store);
    const file = await store.exportAll();
    const before = await contents(store);
    const to = another();
    const own = completeRun({ status: "cancelled" });
    await to.saveRun(own);
    await to.saveRun(completeRun({ id: "mine" }));
    await to.saveDataset({ name: "mine", version: "1", sha256: OTHER, samples: SAMPLES });
    await to.saveDataset({ name: "gone", version: "1", sha256: SHA, samples: MANY });
    await to.deleteDataset(SHA);
    const seen: number[] = [];
    const report = await to.importAll(file, { mode: "merge", onProgress: ({ read }) => seen.push(read) });
    expect(report).toMatchObject({
      added: { runs: 0, datasets: 1, adapters: 1 },
      kept: { runs: 1, datasets: 1 },
      refused: [],
    });
    expect(seen.at(-1)).toBe(file.size);
    expect(await to.getRun(own.id)).toEqual(own);
    expect(await to.listTrash()).toEqual([]);
    expect((await to.getDataset(OTHER))?.name).toBe("mine");
    expect((await to.importAll(file, { mode: "replace" })).added).toMatchObject({ runs: 1, datasets: 2, adapters: 1 });
    expect(await contents(to)).toEqual(before);
  });

  it("names what is wrong in it and takes the rest, or nothing where it would replace", async () => {
    await fill(store, [completeRun(), completeRun({ id: "bad" }), completeRun({ id: "short" })]);
    const file = await edited((lines) =>
      lines.map((line) => {
        if (line.startsWith('{"table":"results","row":{"runId":"bad"'))
          return line.replace('"arm":"free"', '"arm":"x"');
        if (line.startsWith('{"table":"runs"') && line.includes('"id":"short"'))
          return line.replace(/"done":\d+/, '"done":99');
        if (line.startsWith('{"table":"samples"') && line.includes(OTHER))
          return line.replace('"difficulty":"easy"', '"difficulty":"odd"');
        if (line.startsWith('{"table":"userTools"')) return line.replace("python", "perl");
        if (line.startsWith('{"table":"models"')) return line.replace("user/me/", "user/../");
        if (line.startsWith('{"table":"adapterBytes"')) return line.replace('Bytes":"ew', 'Bytes":"fw');
        return line;
      }),
    );
    const to = another();
    await to.saveRun(completeRun({ id: "mine" }));
    await expect(to.importAll(file, { mode: "replace" })).rejects.toThrow(/Nothing was replaced, as 6 rows/);
    expect((await to.listRuns()).map(({ id }) => id)).toEqual(["mine"]);
    const { added, refused } = await to.importAll(file, { mode: "merge" });
    expect(added).toEqual({ runs: 1, datasets: 1, drafts: 1, settings: 1, userTools: 0, adapters: 0, models: 0 });
    expect(Object.fromEntries(refused.map(({ table, key, reason }) => [`${table} ${key}`, reason]))).toEqual({
      "userTools a": expect.stringMatching(/field language/),
      "models user/../mine": expect.stringMatching(/field id/),
      [`datasets ${OTHER}`]: expect.stringMatching(/samples\.0\.difficulty/),
      [`adapters ${ADAPTER.sha256}`]: "its files are not those that its hash stands for",
      "runs bad": expect.stringMatching(/results\.0\.arm/),
      "runs short": `${SAMPLES.length} of its 99 results are in the file`,
    });
    expect((await to.listRuns()).map(({ id }) => id).sort()).toEqual(["mine", completeRun().id].sort());
    expect((await to.listDatasets()).map(({ name }) => name)).toEqual(["many"]);
  });

  it.each([
    [
      "a line is missing",
      (lines: string[]) => lines.filter((line) => !line.includes('"settings","row"')),
      /not whole \(0 of 1 settings\)/,
    ],
    ["its end is missing", (lines: string[]) => lines.slice(0, -1), /not whole \(0 of 8 results\)/],
    ["a line is no JSON", (lines: string[]) => [...lines, "{"], /Line \d+ of this file is not JSON/],
    ["a table is unknown", (lines: string[]) => [...lines, '{"table":"trash","row":{}}'], /names no table/],
    ["it has no header", (lines: string[]) => lines.slice(1), /no database of AgentCoder/],
    [
      "it is newer",
      ([, ...lines]: string[]) => ['{"format":"agentcoder-database","version":4}', ...lines],
      /format 4.*update/,
    ],
  ])("is refused as a whole where %s", async (_, change, sentence) => {
    await fill(store);
    const file = await edited(change);
    const to = another();
    await expect(to.importAll(file, { mode: "merge" })).rejects.toThrow(sentence);
    expect(await contents(to)).toMatchObject({ runs: [], datasets: [], tools: [], adapters: [] });
  });

  it("is refused where it is something else or was cut off", async () => {
    await fill(store);
    const file = await store.exportAll();
    for (const other of [new Blob(["text"]), new Blob([]), file.slice(0, file.size >> 1)]) {
      await expect(another().importAll(other, { mode: "replace" })).rejects.toThrow(UserError);
    }
    await expect(another().importAll(await zipped(""), { mode: "merge" })).rejects.toThrow(/no database of AgentCoder/);
  });

  it("of a time before there were adapters is taken", async () => {
    await fill(store);
    await store.deleteAdapter(ADAPTER.sha256);
    const file = await edited(([header, ...lines]) => {
      const { version: _version, counts, ...rest } = JSON.parse(header!);
      const { adapters: _adapters, adapterBytes: _adapterBytes, ...known } = counts;
      return [JSON.stringify({ ...rest, version: 1, counts: known }), ...lines];
    });
    const { added, refused } = await another().importAll(file, { mode: "replace" });
    expect(added).toMatchObject({ runs: 1, datasets: 2, adapters: 0 });
    expect(refused).toEqual([]);
  });

  it("brings adapters of any size, cut into lines and joined again", async () => {
    const weights = Uint8Array.from({ length: 1_000_001 }, (_, i) => (i * 7919) >> 3);
    const files = { "adapter_config.json": ADAPTER.configFile, "adapter_model.safetensors": weights };
    const large = { ...ADAPTER, weights, sha256: await hashAdapter(files) };
    await store.saveAdapter(large);
    const to = another();
    const file = await store.exportAll();
    for (const mode of ["merge", "replace"] as const) {
      expect(await to.importAll(file, { mode })).toMatchObject({ added: { adapters: 1 }, refused: [] });
      const found = (await to.getAdapter(large.sha256))!;
      // Not by toEqual, which takes minutes for a million numbers.
      expect([Buffer.compare(found.weights, weights), Buffer.compare(found.configFile, ADAPTER.configFile)]).toEqual([
        0, 0,
      ]);
    }
  });

  it("that says less of an adapter than it holds names it", async () => {
    await store.saveAdapter(ADAPTER);
    const file = await edited((lines) => lines.map((line) => line.replace(/"bytes":\d+/, '"bytes":99')));
    const { added, refused } = await another().importAll(file, { mode: "merge" });
    expect(added.adapters).toBe(0);
    expect(refused).toEqual([
      {
        table: "adapters",
        key: ADAPTER.sha256,
        reason: expect.stringMatching(/more bytes than it says|of its 99 bytes/),
      },
    ]);
  });

  it("that does not fit changes nothing and leaves nothing behind", async () => {
    await fill(store);
    const file = await store.exportAll();
    for (const writes of [0, 3, 9, 14]) {
      const name = `backup-${opened}`;
      const to = another();
      await to.saveRun(completeRun({ id: "mine" }));
      fillDiskAfter(writes);
      await expect(to.importAll(file, { mode: "replace" })).rejects.toThrow(/storage is full/);
      vi.restoreAllMocks();
      expect(await to.getRun("mine")).toEqual(completeRun({ id: "mine" }));
      to.close();
      const raw = await new Dexie(name).open();
      const rows = ["staged", "pieces", "adapterFiles"].map((table) => raw.table(table).count());
      expect(await Promise.all(rows)).toEqual([0, 0, 0]);
      raw.close();
    }
  });

  it("is taken once of a row that is in it twice", async () => {
    await fill(store);
    const file = await edited(([header, ...lines]) => {
      const again = lines.find((line) => line.startsWith('{"table":"settings"'))!;
      return [header!.replace('"settings":1', '"settings":2'), ...lines, again];
    });
    const { added, refused } = await another().importAll(file, { mode: "merge" });
    expect(added.settings).toBe(1);
    expect(refused).toEqual([{ table: "settings", key: "theme", reason: "it is in the file twice" }]);
  });
});
