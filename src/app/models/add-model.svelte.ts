import type { Dtype, PromptFormatId } from "../../protocol/index.ts";
import type { FoundModel } from "../../models/adding/index.ts";
import { DEFAULT_HUB } from "../../models/catalog/hub.ts";
import type { GivenFile } from "../../share/exchange/index.ts";
import { models } from "../state/models.svelte.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { Work } from "../state/work.svelte.ts";
import { downloads } from "./downloads.svelte.ts";

/** A model that a person brings: what was found, what it is to be called, and how it is to be prompted. */
export class AddedModel extends Work {
  repository = $state("");
  found = $state.raw<FoundModel | null>(null);
  title = $state("");
  format = $state<PromptFormatId>("chatml");
  /** Of the files that were given; 0: they lie on a hub. */
  readonly size = $derived(this.found?.files.reduce((sum, { blob }) => sum + blob.size, 0) ?? 0);

  readHub(): Promise<void> {
    return this.attempt("Asking the hub…", async () => {
      this.found = null;
      const { modelFromHub } = await import("../../models/adding/index.ts");
      const model = await modelFromHub(models.hub ?? DEFAULT_HUB, this.repository, fetch.bind(globalThis));
      this.show({ model, files: [] });
    });
  }

  readFiles(files: Promise<GivenFile[]>): Promise<void> {
    return this.attempt("Reading the files…", async () => {
      this.found = null;
      const given = await files;
      const { modelFromFiles } = await import("../../models/adding/index.ts");
      this.show(await modelFromFiles(given.map(({ path, file }) => ({ path, blob: file }))));
    });
  }

  /** Adds what was found; resolves with whether it did. */
  async add(): Promise<boolean> {
    const { found } = this;
    if (!found) return false;
    let added = false;
    await this.attempt(found.files.length > 0 ? "Copying the files into this browser…" : "Adding it…", async () => {
      const model = { ...found.model, title: this.title.trim(), promptFormat: this.format };
      const dtypes = Object.keys(model.hub?.files ?? {}) as Dtype[];
      if (found.files.length > 0) await downloads.keep(model, dtypes, found.files);
      await models.add(model);
      toasts.show(`${model.title} was added: it is in every list of models now.`, { seconds: 8 });
      this.forget();
      this.repository = "";
      added = true;
    });
    return added;
  }

  forget(): void {
    [this.found, this.failure] = [null, null];
  }

  private show(found: FoundModel): void {
    this.found = found;
    this.title = found.model.title;
    this.format = found.model.promptFormat;
  }
}
