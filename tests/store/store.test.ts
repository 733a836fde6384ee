import "fake-indexeddb/auto";
import Dexie from "dexie";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError, type UserTool } from "../../src/protocol/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { anyRun } from "./arbitrary.ts";
import { answered, completeRun, cutOff, fillDiskAfter, SAMPLES } from "./doubles.ts";

let opened = 0;
let store: Store;
beforeEach(() => void (store = openStore(`test-${opened++}`)));
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

describe("runs", () => {
  it("come back as they were saved, of whatever kind", () =>
    fc.assert(
      fc.asyncProperty(anyRun, async (run) => {
        await store.saveRun(run);
        expect(await store.getRun(run.id)).toEqual(run);
        expect(await store.importRun(await store.exportRun(run.id))).toEqual(run);
        await store.deleteRun(run.id);
        expect(await store.getRun(run.id)).toBeUndefined();
      }),
      { numRuns: 20 },
    ));

  it("are saved piece by piece: what is stored is not written again", async () => {
    const run = completeRun();
    for (const done of [0, 1, 1, 4]) await store.saveRun(cutOff(run, done));
    expect(await store.getRun(run.id)).toEqual(cutOff(run, 4));
    fillDiskAfter(run.results.length - 4 + 1);
    await store.saveRun(run);
    expect(await store.getRun(run.id)).toEqual(run);
  });

  it("keep their results' order beyond nine", async () => {
    const many = completeRun({
      results: Array.from({ length: 25 }, (_, i) => answered(completeRun().results[0]!, `${i}`)),
    });
    await store.saveRun(many);
    expect((await store.getRun(many.id))?.results.map((result) => result.answer)).toEqual(
      many.results.map((r) => r.answer),
    );
  });

  it("that begin again under the same id replace what was there", async () => {
    const run = completeRun();
    await store.saveRun(run);
    const again = cutOff({ ...run, created: "2026-11-21T10:00:00.000Z" }, 2);
    await store.saveRun(again);
    expect(await store.getRun(run.id)).toEqual(again);
  });

  it("are listed the newest first, without their results", async () => {
    for (const day of [3, 1, 2]) {
      await store.saveRun(completeRun({ id: `run-${day}`, created: `2026-11-0${day}T00:00:00.000Z` }));
    }
    const list = await store.listRuns();
    expect(list.map((run) => run.id)).toEqual(["run-3", "run-2", "run-1"]);
    expect(list[0]).toMatchObject({ done: SAMPLES.length, status: "complete", config: { model: "nano" } });
    expect(list[0]).not.toHaveProperty("results");
  });

  it("are deleted with their results, can be put back, and leave others alone", async () => {
    const [gone, stays] = [completeRun(), completeRun({ id: "stays" })];
    for (const run of [gone, stays]) await store.saveRun(run);
    await store.deleteRun(gone.id);
    expect((await store.listRuns()).map((run) => run.id)).toEqual(["stays"]);
    expect(await store.getRun("stays")).toEqual(stays);
    await store.saveRun(gone);
    expect(await store.getRun(gone.id)).toEqual(gone);
    await store.deleteRun("never there");
  });

  it("that are imported replace every result of the same id, not only the last", async () => {
    const run = completeRun();
    await store.saveRun(run);
    const other = { ...run, results: run.results.map((r, i) => (i === 0 ? answered(r, "another") : r)) };
    await store.importRun(JSON.stringify(other));
    expect(await store.getRun(run.id)).toEqual(other);
  });

  it("that are no runs leave the store as it was", async () => {
    await store.saveRun(completeRun());
    await expect(store.importRun('{"schema":1,"results":[]}')).rejects.toThrow(UserError);
    expect(await store.listRuns()).toHaveLength(1);
  });

  it("that are not there are told by their id", async () => {
    await expect(store.exportRun("nothing")).rejects.toThrow(/There is no run "nothing" in this browser/);
  });
});

describe("settings", () => {
  it("outlive the page", async () => {
    const first = openStore("kept");
    await first.setSetting("theme", { dark: true });
    first.close();
    const second = openStore("kept");
    expect(await second.getSetting("theme")).toEqual({ dark: true });
    expect(await second.getSetting("unset")).toBeUndefined();
    second.close();
  });
});

describe("tools of one's own", () => {
  const tool = (name: string, body = "print(1)"): UserTool => ({
    name,
    description: "Print.",
    parameters: { type: "object", properties: { a: { type: "string" } } },
    language: "python",
    body,
  });

  it("are kept, listed by name, replaced, renamed and deleted", async () => {
    expect(await store.listUserTools()).toEqual([]);
    for (const one of [tool("b"), tool("a"), tool("b", "print(2)")]) await store.saveUserTool(one);
    expect(await store.listUserTools()).toEqual([tool("a"), tool("b", "print(2)")]);
    await store.saveUserTool(tool("c"), "b");
    expect((await store.listUserTools()).map(({ name }) => name)).toEqual(["a", "c"]);
    await store.deleteUserTool("a");
    await store.deleteUserTool("never there");
    expect(await store.listUserTools()).toEqual([tool("c")]);
  });

  it("stay as they are where a new name could not be written", async () => {
    await store.saveUserTool(tool("a"));
    fillDiskAfter(0);
    await expect(store.saveUserTool(tool("b"), "a")).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    expect(await store.listUserTools()).toEqual([tool("a")]);
  });

  it("travel in a run's file", async () => {
    const run = completeRun();
    const own = { ...run, config: { ...run.config, tools: ["a"], userTools: [tool("a")] } };
    await store.saveRun(own);
    expect(await store.importRun(await store.exportRun(own.id))).toEqual(own);
    const damaged = JSON.stringify(own).replace('"language":"python"', '"language":"perl"');
    await expect(store.importRun(damaged)).rejects.toThrow(/This run cannot be read: .*language/);
  });
});

describe("a storage that refuses", () => {
  it("because it is full says so, and what was stored before is safe", async () => {
    const run = completeRun();
    await store.saveRun(cutOff(run, 4));
    fillDiskAfter(2);
    const saving = store.saveRun(run);
    await expect(saving).rejects.toThrow(UserError);
    await expect(saving).rejects.toThrow(/storage is full.*what was stored before is safe/);
    vi.restoreAllMocks();
    expect(await store.getRun(run.id)).toEqual(cutOff(run, 4));
  });

  it("an import because it is full keeps the run that it would have replaced", async () => {
    const run = completeRun();
    await store.saveRun(run);
    fillDiskAfter(3);
    await expect(store.importRun(JSON.stringify({ ...run, status: "cancelled" }))).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    expect(await store.getRun(run.id)).toEqual(run);
  });

  it("because a newer version wrote it says how to get that version", async () => {
    const newer = new Dexie("newer");
    newer.version(99).stores({
      runs: "id, created",
      results: "[runId+index], runId",
      datasets: "sha256, name",
      settings: "key",
      adapters: "sha256, created",
      runsAbroad: "id",
    });
    await newer.open();
    newer.close();
    const older = openStore("newer");
    await expect(older.saveRun(completeRun())).rejects.toThrow(UserError);
    await expect(older.listRuns()).rejects.toThrow(/written by a newer AgentCoder: reload the page/);
    older.close();
  });

  it("because there is none says what to change", async () => {
    const there = Dexie.dependencies.indexedDB;
    Reflect.set(Dexie.dependencies, "indexedDB", undefined);
    try {
      const none = openStore("none");
      await expect(none.listRuns()).rejects.toThrow(/does not let the page store anything.*leave private browsing/);
    } finally {
      Reflect.set(Dexie.dependencies, "indexedDB", there);
    }
  });

  it("because of a defect of ours hides nothing", async () => {
    const unclonable = { ...completeRun(), error: (() => {}) as unknown as string };
    const saving = store.saveRun(unclonable);
    await expect(saving).rejects.toThrow(/could not be cloned/);
    await expect(saving).rejects.not.toThrow(UserError);
  });
});
