import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { adapterCalled, fillDiskAfter } from "./doubles.ts";

const ADAPTER = await adapterCalled("mine");

let opened = 0;
let store: Store;
beforeEach(() => void (store = openStore(`adapters-${opened++}`)));
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

const names = async () => (await store.listAdapters()).map(({ name }) => name);

describe("adapters", () => {
  it("come back byte for byte, and lists do not hold their weights", async () => {
    expect(await store.saveAdapter(ADAPTER)).toBe(true);
    expect(await store.getAdapter(ADAPTER.sha256)).toEqual(ADAPTER);
    const [listed] = await store.listAdapters();
    const { weights, configFile, ...rest } = ADAPTER;
    expect(listed).toEqual({
      ...rest,
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      bytes: weights.byteLength + configFile.byteLength,
    });
    expect(await store.getAdapter("f".repeat(64))).toBeUndefined();
  });

  it("with the same bytes are kept once, as they were", async () => {
    await store.saveAdapter(ADAPTER);
    expect(await store.saveAdapter({ ...ADAPTER, name: "again", baseModel: "smollm2-135m" })).toBe(false);
    expect(await names()).toEqual(["mine"]);
    expect((await store.getAdapter(ADAPTER.sha256))?.baseModel).toBe("nano");
  });

  it("are renamed, and one that is not there is told", async () => {
    await store.saveAdapter(ADAPTER);
    await store.renameAdapter(ADAPTER.sha256, "other");
    await store.renameAdapter(ADAPTER.sha256, "other");
    expect(await names()).toEqual(["other"]);
    expect((await store.getAdapter(ADAPTER.sha256))?.weights).toEqual(ADAPTER.weights);
    await expect(store.renameAdapter("f".repeat(64), "x")).rejects.toThrow(/There is no adapter ffffffffffff…/);
  });

  it("are deleted into the trash and put back", async () => {
    await store.saveAdapter(ADAPTER);
    await store.deleteAdapter(ADAPTER.sha256);
    await store.deleteAdapter("never there");
    expect(await store.getAdapter(ADAPTER.sha256)).toBeUndefined();
    expect(await store.listTrash()).toMatchObject([{ kind: "adapter", key: ADAPTER.sha256, name: "mine" }]);
    await store.restoreAdapter(ADAPTER.sha256);
    expect(await store.getAdapter(ADAPTER.sha256)).toEqual(ADAPTER);
    expect(await store.listTrash()).toEqual([]);
    await expect(store.restoreAdapter(ADAPTER.sha256)).rejects.toThrow(UserError);
  });

  it("that are imported again while they lie in the trash are new", async () => {
    await store.saveAdapter(ADAPTER);
    await store.deleteAdapter(ADAPTER.sha256);
    expect(await store.saveAdapter({ ...ADAPTER, name: "again" })).toBe(true);
    expect([await names(), await store.listTrash()]).toEqual([["again"], []]);
    await store.emptyTrash();
    expect((await store.getAdapter(ADAPTER.sha256))?.weights).toEqual(ADAPTER.weights);
  });

  it("leave nothing behind when the trash is emptied, and others alone", async () => {
    const other = await adapterCalled("other", 3);
    for (const one of [ADAPTER, other]) await store.saveAdapter(one);
    await store.deleteAdapter(ADAPTER.sha256);
    await store.emptyTrash();
    expect(await store.getAdapter(other.sha256)).toEqual(other);
    store.close();
    const raw = await new Dexie(`adapters-${opened - 1}`).open();
    expect([await raw.table("adapters").count(), await raw.table("adapterFiles").count()]).toEqual([1, 1]);
    raw.close();
  });

  it("that do not fit are told, and nothing of them is kept", async () => {
    fillDiskAfter(1);
    await expect(store.saveAdapter(ADAPTER)).rejects.toThrow(/storage is full/);
    vi.restoreAllMocks();
    expect(await names()).toEqual([]);
  });
});
