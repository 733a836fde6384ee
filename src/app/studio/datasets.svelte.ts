import { failureOf, type Failure } from "../failure.ts";
import { attempt } from "../state/complain.ts";
import { store } from "../state/library.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { PUBLISHED, type Entry } from "./published.ts";
import { inWorker, sourceOf } from "./worker.ts";

/** All datasets that can be opened: those of this browser, the newest first, then the published ones. */
class Datasets {
  /** Null until the store has answered. */
  list = $state.raw<Entry[] | null>(null);
  failure = $state.raw<Failure | null>(null);

  async refresh(): Promise<void> {
    try {
      const own = await (await store()).listDatasets();
      const published = PUBLISHED.filter(({ sha256 }) => !own.some((entry) => entry.sha256 === sha256));
      this.list = [...own.map((entry) => ({ ...entry, published: false })), ...published];
      this.failure = null;
    } catch (error) {
      // What comes with the app needs no storage.
      this.list = [...PUBLISHED];
      this.failure = failureOf(error);
    }
  }

  find(sha256: string): Entry | null {
    return this.list?.find((entry) => entry.sha256 === sha256) ?? null;
  }

  /** Deletes a dataset and offers to take that back. */
  async remove({ sha256, name }: Entry): Promise<void> {
    await attempt(async () => {
      const db = await store();
      await db.deleteDataset(sha256);
      await this.refresh();
      const undo = () => attempt(async () => (await db.restoreDataset(sha256), await this.refresh()));
      toasts.show(`${name} was deleted.`, { seconds: 10, action: { label: "Undo", run: () => void undo() } });
    });
  }

  /** Gives a dataset another name. Its samples, and so its hash, stay as they are. */
  async rename({ sha256 }: Entry, name: string): Promise<void> {
    await inWorker((table) => table.rename(sha256, name));
    await this.refresh();
  }

  /** Writes a copy, which is a dataset of its own; resolves with its sha256. */
  async duplicate(entry: Entry, name: string): Promise<string> {
    const sha256 = await inWorker((table) => table.duplicate(sourceOf(entry), name));
    await this.refresh();
    return sha256;
  }
}

export const datasets = new Datasets();
