import { UserError, type Run, type Sample, type UserModel, type UserTool } from "../protocol/index.ts";
import { getAdapter, listAdapters, renameAdapter, saveAdapter, type StoredAdapter } from "./adapters.ts";
import { exportAll } from "./backup/export.ts";
import { importAll, type ImportOptions, type ImportReport } from "./backup/import.ts";
import {
  existing,
  getDataset,
  listDatasets,
  readSamples,
  saveDataset,
  type DatasetMeta,
  type NewDataset,
} from "./datasets.ts";
import { guarded } from "./failures.ts";
import { listModels, saveModel } from "./models.ts";
import { parseRun } from "./run-file.ts";
import { getRun, listRuns, replaceRun, saveRun } from "./runs.ts";
import {
  Database,
  type AdapterSummary,
  type DatasetSummary,
  type DraftEdit,
  type RunSummary,
  type StoredDataset,
  type UserModelRow,
} from "./schema.ts";
import { sweep } from "./sweep.ts";
import {
  discardAdapter,
  discardDataset,
  discardModel,
  discardRun,
  emptyTrash,
  listTrash,
  restore,
  withRoom,
  type Discarded,
} from "./trash.ts";
import { openDatasetWriter, type DatasetWriter } from "./writer.ts";

/** What this browser keeps. Each method rejects with a UserError where a person can mend the cause, e.g. a full disk. */
export interface Store {
  /** Saves a whole run, or as much as there is of it; results that are stored already are not written again. */
  saveRun(run: Run): Promise<void>;
  /** All runs without their results, the newest first. */
  listRuns(): Promise<RunSummary[]>;
  getRun(id: string): Promise<Run | undefined>;
  /** Moves a run into the trash. */
  deleteRun(id: string): Promise<void>;
  /** Puts a deleted run back. UserError: it is no longer in the trash. */
  restoreRun(id: string): Promise<void>;
  /** A run as the text of a file. */
  exportRun(id: string): Promise<string>;
  /** Takes a run from a file's text. A run that is here already is replaced. UserError: not a run, a field is wrong. */
  importRun(text: string): Promise<Run>;
  /** Keeps a dataset under the sha256 that the caller computed; one of the same sha256 keeps what is not given anew. */
  saveDataset(dataset: NewDataset): Promise<void>;
  /** Takes a dataset of any size piece by piece. */
  openDatasetWriter(meta: DatasetMeta): DatasetWriter;
  /** A dataset with all its samples: for runs. */
  getDataset(sha256: string): Promise<StoredDataset | undefined>;
  /** All datasets without their samples, the newest first. */
  listDatasets(): Promise<DatasetSummary[]>;
  /** The samples `from` to `from + count`, fewer at the end; only they are read. UserError: there is no such dataset. */
  readSamples(sha256: string, from: number, count: number): Promise<Sample[]>;
  /** UserError: there is no such dataset. */
  sampleCount(sha256: string): Promise<number>;
  /** Moves a dataset into the trash, with the draft of its edits. */
  deleteDataset(sha256: string): Promise<void>;
  /** Puts a deleted dataset back. UserError: it is no longer in the trash. */
  restoreDataset(sha256: string): Promise<void>;
  /** Keeps an adapter under its hash; resolves with whether it is new here: one that is here stays as it is. */
  saveAdapter(adapter: StoredAdapter): Promise<boolean>;
  /** An adapter with its weights and with the bytes of its configuration. */
  getAdapter(sha256: string): Promise<StoredAdapter | undefined>;
  /** All adapters without their files, the newest first. */
  listAdapters(): Promise<AdapterSummary[]>;
  /** UserError: there is no such adapter. */
  renameAdapter(sha256: string, name: string): Promise<void>;
  /** Moves an adapter into the trash. */
  deleteAdapter(sha256: string): Promise<void>;
  /** Puts a deleted adapter back. UserError: it is no longer in the trash. */
  restoreAdapter(sha256: string): Promise<void>;
  /** Keeps a model that the person added; one of the same id is replaced. */
  saveModel(model: UserModel): Promise<void>;
  /** The models that the person added, the oldest first. */
  listModels(): Promise<UserModelRow[]>;
  /** Moves a model that was added into the trash; its files stay where they lie. */
  deleteModel(id: string): Promise<void>;
  /** Puts a deleted model back. UserError: it is no longer in the trash. */
  restoreModel(id: string): Promise<void>;
  /** What was deleted and can still be put back, the latest first; after 30 days, or when the storage is full, it goes. */
  listTrash(): Promise<Discarded[]>;
  /** Deletes for good what is in the trash. */
  emptyTrash(): Promise<void>;
  /** The edits of a dataset that are not saved as a version yet; none: an empty list. */
  loadDraft(sha256: string): Promise<DraftEdit[]>;
  saveDraft(sha256: string, edits: DraftEdit[]): Promise<void>;
  clearDraft(sha256: string): Promise<void>;
  /** The tools that the person wrote, by name. */
  listUserTools(): Promise<UserTool[]>;
  /** Keeps a tool; one of the same name is replaced, and so is the one that had the name `before`. */
  saveUserTool(tool: UserTool, before?: string): Promise<void>;
  deleteUserTool(name: string): Promise<void>;
  getSetting<T>(key: string): Promise<T | undefined>;
  setSetting(key: string, value: unknown): Promise<void>;
  /** Everything but the trash as one compressed file, of any size. UserError: it changed meanwhile. */
  exportAll(): Promise<Blob>;
  /** Takes a file of exportAll. UserError: it is damaged; nothing was changed. */
  importAll(file: Blob, options: ImportOptions): Promise<ImportReport>;
  close(): void;
}

/** Opens the database of this page's origin, or another one by name. */
export function openStore(name = "agentcoder"): Store {
  // What cannot be swept now is swept at a later time; the database is needed either way.
  const db = new Database(name, (opened) => sweep(opened).catch(() => undefined));
  const write = <T>(operation: () => PromiseLike<T>) => guarded(() => withRoom(db, operation));
  return {
    saveRun: (run) => write(() => saveRun(db, run)),
    listRuns: () => guarded(() => listRuns(db)),
    getRun: (id) => guarded(() => getRun(db, id)),
    deleteRun: (id) => guarded(() => discardRun(db, id)),
    restoreRun: (id) => guarded(() => restore(db, "run", id)),
    exportRun: async (id) => {
      const run = await guarded(() => getRun(db, id));
      if (!run) throw new UserError(`There is no run "${id}" in this browser: it may have been deleted.`);
      return `${JSON.stringify(run)}\n`;
    },
    importRun: async (text) => {
      const run = parseRun(text);
      await write(() => replaceRun(db, run));
      return run;
    },
    saveDataset: (dataset) => write(() => saveDataset(db, dataset)),
    openDatasetWriter: (meta) => openDatasetWriter(db, meta),
    getDataset: (sha256) => guarded(() => getDataset(db, sha256)),
    listDatasets: () => guarded(() => listDatasets(db)),
    readSamples: (sha256, from, count) => guarded(() => readSamples(db, sha256, from, count)),
    sampleCount: (sha256) => guarded(async () => (await existing(db, sha256)).n),
    deleteDataset: (sha256) => guarded(() => discardDataset(db, sha256)),
    restoreDataset: (sha256) => guarded(() => restore(db, "dataset", sha256)),
    saveAdapter: (adapter) => write(() => saveAdapter(db, adapter)),
    getAdapter: (sha256) => guarded(() => getAdapter(db, sha256)),
    listAdapters: () => guarded(() => listAdapters(db)),
    renameAdapter: (sha256, name) => write(() => renameAdapter(db, sha256, name)),
    deleteAdapter: (sha256) => guarded(() => discardAdapter(db, sha256)),
    restoreAdapter: (sha256) => guarded(() => restore(db, "adapter", sha256)),
    saveModel: (model) => write(() => saveModel(db, model)),
    listModels: () => guarded(() => listModels(db)),
    deleteModel: (id) => guarded(() => discardModel(db, id)),
    restoreModel: (id) => guarded(() => restore(db, "model", id)),
    listTrash: () => guarded(() => listTrash(db)),
    emptyTrash: () => guarded(() => emptyTrash(db)),
    loadDraft: (sha256) => guarded(async () => (await db.drafts.get(sha256))?.edits ?? []),
    saveDraft: (sha256, edits) => write(async () => void (await db.drafts.put({ sha256, edits }))),
    clearDraft: (sha256) => guarded(() => db.drafts.delete(sha256)),
    listUserTools: () => guarded(() => db.userTools.orderBy("name").toArray()),
    saveUserTool: (tool, before = tool.name) =>
      write(() =>
        db.transaction("rw", db.userTools, async () => {
          await db.userTools.delete(before);
          await db.userTools.put(tool);
        }),
      ),
    deleteUserTool: (name) => guarded(() => db.userTools.delete(name)),
    getSetting: <T>(key: string) => guarded(async () => (await db.settings.get(key))?.value as T | undefined),
    setSetting: (key, value) => write(async () => void (await db.settings.put({ key, value }))),
    exportAll: () => guarded(() => exportAll(db)),
    importAll: (file, options) => write(() => importAll(db, file, options)),
    close: () => db.close(),
  };
}
