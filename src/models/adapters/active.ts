import type { Adapter, AdapterUse } from "../../protocol/index.ts";

/** Whoever loads adapters: each stays as long as somebody holds it. */
export interface AdapterKeeper {
  /** Loads an adapter for one more holder. UserError: it does not fit, and then everything is as before. */
  hold(adapter: Adapter): Promise<void>;
  letGo(sha256: string): Promise<void>;
}

/** The adapter that a model is used with. */
export class ActiveAdapter {
  /** null: the base. */
  use: AdapterUse | null = null;

  constructor(private readonly keeper: AdapterKeeper) {}

  /** Takes another one, or none. UserError: it does not fit, and then the one before stays. */
  async change(adapter: Adapter | null, scale = 1): Promise<void> {
    const before = this.use;
    if (adapter) await this.keeper.hold(adapter);
    this.use = adapter && { sha256: adapter.sha256, scale };
    if (before) await this.keeper.letGo(before.sha256);
  }
}
