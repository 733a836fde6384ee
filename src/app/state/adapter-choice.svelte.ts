import type { AdapterUse, RunConfig } from "../../protocol/index.ts";
import { adapters } from "./adapters.svelte.ts";

/** Which adapter a person lets a model decode with, and how strongly. */
export class AdapterChoice {
  /** null: the base. */
  sha256 = $state<string | null>(null);
  scale = $state(1);

  /** What is chosen for a model; null: its base, also where the chosen adapter is another model's or is gone. */
  use(model: string): AdapterUse | null {
    const { sha256, scale } = this;
    if (sha256 === null || adapters.find(sha256)?.baseModel !== model) return null;
    return { sha256, scale };
  }

  /** The configuration's part of this. */
  config(model: string): Pick<RunConfig, "adapter"> {
    const adapter = this.use(model);
    return adapter ? { adapter } : {};
  }
}
