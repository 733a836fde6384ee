import type { RowView } from "../../data/table/index.ts";

/** Rows that are fetched at a time. */
const BLOCK = 100;
/** Blocks that are kept: far more than a screen, far less than a dataset. */
const MOST = 40;

/** The rows found, as far as they were fetched, by their place. */
export class Blocks {
  private readonly blocks = new Map<number, RowView[]>();
  private readonly asked = new Set<number>();

  constructor(private readonly read: (from: number, count: number) => Promise<RowView[]>) {}

  /** The row at a place, if it is here. */
  at(place: number): RowView | undefined {
    return this.blocks.get(Math.floor(place / BLOCK))?.[place % BLOCK];
  }

  /** Fetches what is missing from one place to another; resolves with whether anything came. */
  async need(from: number, to: number): Promise<boolean> {
    const missing: number[] = [];
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      if (!this.blocks.has(block) && !this.asked.has(block)) missing.push(block);
    }
    await Promise.all(missing.map((block) => this.fetch(block)));
    return missing.length > 0;
  }

  /** Puts a row as it is now in place of what was fetched of it. */
  replace(row: RowView): void {
    for (const [block, rows] of this.blocks) {
      const at = rows.findIndex((one) => one.row === row.row);
      if (at !== -1) this.blocks.set(block, rows.with(at, row));
    }
  }

  private async fetch(block: number): Promise<void> {
    this.asked.add(block);
    try {
      this.blocks.set(block, await this.read(block * BLOCK, BLOCK));
      // A map keeps the order in which its keys came: the first is the one that was fetched longest ago.
      for (const key of this.blocks.keys()) if (this.blocks.size > MOST) this.blocks.delete(key);
    } finally {
      this.asked.delete(block);
    }
  }
}
