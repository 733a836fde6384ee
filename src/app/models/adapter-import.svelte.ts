import type { FoundAdapter, GivenFile, KeptAdapter } from "../../share/exchange/index.ts";
import { getModel, listModels } from "../../models/index.ts";
import { DEFAULT_HUB } from "../../models/catalog/hub.ts";
import { takesAdapters } from "../../models/adapters/index.ts";
import { adapterNameProblem } from "../adapter-texts.ts";
import { modelTitle } from "../result/titles.ts";
import { adapters } from "../state/adapters.svelte.ts";
import { inExchange } from "../state/exchange.ts";
import { models } from "../state/models.svelte.ts";
import { toasts } from "../state/toasts.svelte.ts";
import { Work } from "../state/work.svelte.ts";

/** An adapter that a person brings: what was found in the files, what it is to be called, and for which model it is. */
export class AdapterImport extends Work {
  readonly models = listModels().filter(takesAdapters);
  repository = $state("");
  found = $state.raw<Omit<FoundAdapter, "files"> | null>(null);
  name = $state("");
  /** Empty until one is chosen. */
  model = $state("");
  /** The one reason why it cannot be kept yet, or null. */
  readonly obstacle = $derived(
    adapterNameProblem(this.name) ?? (this.model === "" ? "Choose the model that it was trained on." : null),
  );
  private given: GivenFile[] = [];

  /** Looks for an adapter in files; `preferred` is its model where it names none. What was found before goes. */
  look(files: Promise<GivenFile[]>, preferred: string | null): Promise<void> {
    return this.attempt("Reading the files…", async () => {
      this.found = null;
      const given = await files;
      const found = await inExchange((exchange) => exchange.findAdapter(given, this.models));
      this.given = given;
      this.found = found;
      this.name = found.name;
      this.model = found.guess ?? preferred ?? "";
    });
  }

  /** Looks for one in a repository of the hub. */
  async lookAtHub(preferred: string | null): Promise<void> {
    let files: GivenFile[] | null = null;
    await this.attempt("Asking the hub…", async () => {
      this.found = null;
      const { adapterFromHub } = await import("../../share/exchange/hub-adapter.ts");
      const tell = (share: number) => (this.busy = `Fetching the adapter: ${Math.floor(100 * share)} %`);
      files = await adapterFromHub(models.hub ?? DEFAULT_HUB, this.repository, fetch.bind(globalThis), tell);
    });
    if (files) await this.look(Promise.resolve(files), preferred);
  }

  /** Keeps what was found. null: it was refused, and what was found stays, for another model. */
  async keep(): Promise<KeptAdapter | null> {
    if (this.obstacle) return null;
    let kept: KeptAdapter | null = null;
    await this.attempt("Checking the weights…", async () => {
      const { given, name, model } = this;
      kept = await inExchange((exchange) =>
        exchange.keepAdapter(given, name.trim(), getModel(model), document.baseURI),
      );
      await adapters.load();
      this.forget();
      toasts.show(toldOf(kept), { seconds: 8 });
    });
    return kept;
  }

  forget(): void {
    [this.found, this.given, this.failure] = [null, [], null];
  }
}

function toldOf({ isNew, name, baseModel }: KeptAdapter): string {
  const model = modelTitle(baseModel);
  if (isNew) return `${name} was imported for ${model}.`;
  return `This adapter is here already, as ${name} of ${model}: the same files are kept once.`;
}
