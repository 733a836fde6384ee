import { UserError, type Adapter } from "../../protocol/index.ts";
import type { AdapterSummary } from "../../store/index.ts";
import { fileName, missingAdapter } from "../adapter-texts.ts";
import { failureOf, type Failure } from "../failure.ts";
import { attempt } from "./complain.ts";
import { inExchange } from "./exchange.ts";
import { download } from "./files.ts";
import { store } from "./library.ts";
import { toasts } from "./toasts.svelte.ts";

/** The adapters that are kept in this browser, the newest first; the same on every page. */
class Adapters {
  /** null until the store has answered. */
  list = $state.raw<readonly AdapterSummary[] | null>(null);
  failure = $state.raw<Failure | null>(null);

  async load(): Promise<void> {
    try {
      this.list = await (await store()).listAdapters();
      this.failure = null;
    } catch (error) {
      // Without a database none is kept: models run as they are.
      this.list ??= [];
      this.failure = failureOf(error);
    }
  }

  /** Those of a model. */
  of(model: string): AdapterSummary[] {
    return this.list?.filter(({ baseModel }) => baseModel === model) ?? [];
  }

  find(sha256: string): AdapterSummary | null {
    return this.list?.find((adapter) => adapter.sha256 === sha256) ?? null;
  }

  async rename({ sha256 }: AdapterSummary, name: string): Promise<void> {
    await (await store()).renameAdapter(sha256, name);
    await this.load();
  }

  /** Deletes an adapter and offers to take that back. */
  async remove({ sha256, name }: AdapterSummary): Promise<void> {
    await attempt(async () => {
      const db = await store();
      await db.deleteAdapter(sha256);
      await this.load();
      const undo = () => attempt(async () => (await db.restoreAdapter(sha256), await this.load()));
      toasts.show(`${name} was deleted.`, { seconds: 10, action: { label: "Undo", run: () => void undo() } });
    });
  }

  /** Hands the person the two files of an adapter as a zip. */
  async save({ sha256, name }: AdapterSummary): Promise<void> {
    await attempt(async () => {
      const zip = await inExchange((exchange) => exchange.zipAdapter(sha256));
      download(`${fileName(name)}.zip`, "application/zip", zip);
    });
  }
}

export const adapters = new Adapters();

/** An adapter of this browser, for a run; `name` is what it was called elsewhere. UserError: it is not here. */
export async function contentOf(sha256: string, name?: string): Promise<Adapter> {
  const found = await (await store()).getAdapter(sha256);
  if (found) return found;
  throw new UserError(missingAdapter(sha256, name));
}
