import { proxy } from "comlink";
import type { Discarded, ImportOptions, ImportReport, Store } from "../../store/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { dataHref, runHref } from "../routes.ts";
import { modelTitle } from "../result/titles.ts";
import { adapters } from "../state/adapters.svelte.ts";
import { attempt } from "../state/complain.ts";
import { inExchange } from "../state/exchange.ts";
import { download } from "../state/files.ts";
import { store } from "../state/library.ts";
import { router } from "../state/router.svelte.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { ownTools } from "../tools/own-tools.svelte.ts";
import { backupName } from "./report.ts";

interface Kept {
  runs: number;
  datasets: number;
  tools: number;
  adapters: number;
}

/** What the browser says of its storage; null where it says nothing, as on a page that is not secure. */
interface Room {
  /** Bytes. */
  used: number;
  quota: number;
  persistent: boolean;
}

/** What is kept in this browser, as a whole. */
export class Storage {
  kept = $state.raw<Kept | null>(null);
  room = $state.raw<Room | null>(null);
  trash = $state.raw<readonly Discarded[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** What is being done to all of it, in a few words; null: nothing. */
  busy = $state<string | null>(null);
  /** How much of a file has been read, 0 to 1; null: no file is being read. */
  progress = $state<number | null>(null);
  fileFailure = $state.raw<Failure | null>(null);
  report = $state.raw<{ file: string; mode: ImportOptions["mode"]; what: ImportReport } | null>(null);

  async refresh(): Promise<void> {
    try {
      const db = await store();
      const [runs, datasets, tools, lora, trash] = await Promise.all([
        db.listRuns(),
        db.listDatasets(),
        db.listUserTools(),
        db.listAdapters(),
        db.listTrash(),
      ]);
      this.kept = {
        runs: runs.length,
        datasets: datasets.length,
        tools: tools.length,
        adapters: lora.length,
      };
      this.trash = trash;
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
    this.room = await readRoom();
  }

  /** Asks the browser never to clear this page's storage by itself; resolves with whether it agreed. */
  async persist(): Promise<boolean> {
    const granted = await navigator.storage.persist();
    this.room = await readRoom();
    return granted;
  }

  async saveAll(): Promise<void> {
    await this.withFile("Packing everything…", async () => {
      const file = await inExchange((exchange) => exchange.saveAll());
      download(backupName(), "application/gzip", file);
    });
  }

  async load(file: File, mode: ImportOptions["mode"]): Promise<void> {
    await this.withFile(`Reading ${file.name}…`, async () => {
      const told = proxy((share: number) => {
        this.progress = share;
        if (share === 1) this.busy = "Writing what was read…";
      });
      const what = await inExchange((exchange) => exchange.loadAll(file, mode, told));
      this.report = { file: file.name, mode, what };
      await Promise.all([ownTools.load(), adapters.load()]);
    });
    await this.refresh();
  }

  async putBack(found: Discarded): Promise<void> {
    await attempt(async () => {
      const db = await store();
      const { restore, href } = WAYS_BACK[found.kind];
      await restore(db, found.key);
      const action = { label: "Show it", run: () => router.go(href(found.key)) };
      toasts.show(`${titleOf(found)} is back.`, { seconds: 8, action });
    });
    await this.refresh();
  }

  async emptyTrash(): Promise<void> {
    await attempt(async () => (await store()).emptyTrash());
    await this.refresh();
  }

  private async withFile(what: string, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.fileFailure = null;
    this.report = null;
    try {
      await act();
    } catch (error) {
      this.fileFailure = failureOf(error);
    } finally {
      this.busy = null;
      this.progress = null;
    }
  }
}

/** Lives as long as the tab: what a file brought can be read by who left the page meanwhile. */
export const storage = new Storage();

/** What was deleted, by the name that its page had. */
export function titleOf({ kind, name }: Discarded): string {
  return kind === "run" ? `The run of ${modelTitle(name)}` : `The ${kind} ${name}`;
}

/** How what was deleted is put back, and where it then is shown. */
const WAYS_BACK: Record<
  Discarded["kind"],
  { restore: (db: Store, key: string) => Promise<void>; href: (key: string) => string }
> = {
  run: { restore: (db, key) => db.restoreRun(key), href: runHref },
  dataset: { restore: (db, key) => db.restoreDataset(key), href: dataHref },
  adapter: { restore: (db, key) => db.restoreAdapter(key), href: () => "#/models" },
  model: { restore: (db, key) => db.restoreModel(key), href: () => "#/models" },
};

async function readRoom(): Promise<Room | null> {
  // Not every browser has it, and some reject: the page then shows no figure.
  const storage = (navigator as Partial<Navigator>).storage;
  if (!storage?.estimate) return null;
  const [estimate, persistent] = await Promise.all([
    storage.estimate().catch(() => null),
    storage.persisted().catch(() => false),
  ]);
  return estimate && { used: estimate.usage ?? 0, quota: estimate.quota ?? 0, persistent };
}
