import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { USER_MODEL } from "./doubles.ts";

let opened = 0;
let store: Store;
beforeEach(() => void (store = openStore(`models-${opened++}`)));
afterEach(() => store.close());

const ids = async () => (await store.listModels()).map(({ id }) => id);

it("models that were added are listed in that order; one of the same id is replaced", async () => {
  await store.saveModel(USER_MODEL);
  await store.saveModel({ ...USER_MODEL, id: "user/me/other" });
  await store.saveModel({ ...USER_MODEL, title: "Mine, again" });
  expect(await store.listModels()).toHaveLength(2);
  expect((await store.listModels()).find(({ id }) => id === USER_MODEL.id)).toEqual({
    ...USER_MODEL,
    title: "Mine, again",
    created: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

it("a model is deleted into the trash and put back", async () => {
  await store.saveModel(USER_MODEL);
  await store.deleteModel(USER_MODEL.id);
  await store.deleteModel("user/never/there");
  expect(await ids()).toEqual([]);
  expect(await store.listTrash()).toMatchObject([{ kind: "model", key: USER_MODEL.id, name: USER_MODEL.title }]);
  await store.restoreModel(USER_MODEL.id);
  expect([await ids(), await store.listTrash()]).toEqual([[USER_MODEL.id], []]);
  await expect(store.restoreModel(USER_MODEL.id)).rejects.toThrow(UserError);
});

it("one that is added again while it lies in the trash is out of it, and the trash can be emptied", async () => {
  await store.saveModel(USER_MODEL);
  await store.deleteModel(USER_MODEL.id);
  await store.saveModel(USER_MODEL);
  expect([await ids(), await store.listTrash()]).toEqual([[USER_MODEL.id], []]);
  await store.deleteModel(USER_MODEL.id);
  await store.emptyTrash();
  expect([await ids(), await store.listTrash()]).toEqual([[], []]);
});
