import type { ModelSpec, UserModel } from "../../protocol/index.ts";
import { listModels, registerModels } from "../../models/index.ts";
import { attempt } from "./complain.ts";
import { hubAddress } from "./hub-address.ts";
import { store } from "./library.ts";
import { toasts } from "./toasts.svelte.ts";

const HUB_SETTING = "hub";

/** The models that can be chosen: the catalog's, and those that the person added, which the database keeps. */
class Models {
  list = $state.raw<readonly ModelSpec[]>(listModels());
  /** The address of the hub, where it is not the usual one. */
  hub = $state<string | null>(null);
  /** The hub was chosen on this page: what the database says of it may be older. */
  private chosen = false;

  /** Reads what was added. Without a database there is only the catalog. */
  async load(): Promise<void> {
    try {
      const db = await store();
      const kept = hubAddress(await db.getSetting<unknown>(HUB_SETTING));
      if (!this.chosen) this.hub = kept;
      const rows = await db.listModels();
      registerModels(
        rows.map(({ created: _created, ...model }) => model),
        this.hub ?? undefined,
      );
      this.list = listModels();
    } catch {
      // The pages that need the database say what is wrong with it.
    }
  }

  find(id: string): ModelSpec | null {
    return this.list.find((model) => model.id === id) ?? null;
  }

  async add(model: UserModel): Promise<void> {
    await (await store()).saveModel(model);
    await this.load();
  }

  /** Takes a model that was added out of the lists, and offers to take that back. Its files stay. */
  async remove({ id, title }: ModelSpec): Promise<void> {
    await attempt(async () => {
      const db = await store();
      await db.deleteModel(id);
      await this.load();
      const undo = () => attempt(async () => (await db.restoreModel(id), await this.load()));
      toasts.show(`${title} was removed.`, { seconds: 10, action: { label: "Undo", run: () => void undo() } });
    });
  }

  /** Fetches from another hub of the same API from now on; null: from the usual one. */
  async useHub(address: string | null): Promise<void> {
    this.chosen = true;
    this.hub = address;
    await (await store()).setSetting(HUB_SETTING, address);
    await this.load();
  }
}

export const models = new Models();
