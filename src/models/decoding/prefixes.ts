import type { AdapterUse } from "../../protocol/index.ts";
import type { Past } from "./session.ts";

/**
 * The pasts of the last few system turns. The system turn is computed on its own in every request, so a kept past is
 * bit for bit what would be computed again: a sample's tokens do not depend on what ran before it.
 */
export class Prefixes {
  private readonly kept = new Map<string, Past>();

  constructor(private readonly limit = 4) {}

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
    const past = this.kept.get(key) ?? (await compute());
    if (!past) return null;
    // Re-inserted at the end: the first one is the longest unused.
    this.kept.delete(key);
    this.kept.set(key, past);
    for (const [oldest, old] of this.kept) {
      if (this.kept.size <= this.limit) break;
      this.kept.delete(oldest);
      old.dispose();
    }
    return past;
  }

  clear(): void {
    for (const past of this.kept.values()) past.dispose();
    this.kept.clear();
  }
}
