import type { AdapterUse } from "../../protocol/index.ts";
import { Recent } from "./recent.ts";
import type { Past } from "./session.ts";

/**
 * The pasts of the last few system turns. The system turn is computed on its own in every request, so a kept past is
 * bit for bit what would be computed again: a sample's tokens do not depend on what ran before it.
 */
export class Prefixes {
  private readonly kept: Recent<Past>;

  constructor(limit = 4) {
    this.kept = new Recent(limit, (past) => past.dispose());
  }

  /**
   * The kept past of these ids with this adapter, or the computed one, which is kept; null: computing it was given up. Do
   * not dispose it.
   */
  async get(
    ids: readonly number[],
    adapter: AdapterUse | null,
    compute: () => Promise<Past | null>,
  ): Promise<Past | null> {
    const key = `${adapter ? `${adapter.scale} ${adapter.sha256}` : ""}:${ids.join(",")}`;
    const known = this.kept.get(key);
    if (known) return known;
    const past = await compute();
    if (past) this.kept.set(key, past);
    return past;
  }

  clear(): void {
    this.kept.clear();
  }
}
