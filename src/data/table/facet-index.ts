import type { Sample } from "../../protocol/index.ts";
import { facetOf, type Facet } from "./fields.ts";

/** One facet of all rows as small numbers, so that counting 100,000 rows takes a millisecond. */
export class FacetIndex {
  readonly values: string[] = [];
  readonly codes: Uint32Array;
  private readonly known = new Map<string, number>();

  constructor(
    private readonly facet: Facet,
    samples: readonly Sample[],
  ) {
    this.codes = new Uint32Array(samples.length);
    samples.forEach((sample, row) => this.set(row, sample));
  }

  set(row: number, sample: Sample): void {
    this.codes[row] = this.codeOf(facetOf(sample, this.facet));
  }

  /** Which codes a filter lets through; null: all of them. */
  accepted(values: readonly string[] | undefined): Uint8Array | null {
    if (!values || values.length === 0) return null;
    const accepted = new Uint8Array(this.values.length);
    for (const value of values) {
      const code = this.known.get(value);
      if (code !== undefined) accepted[code] = 1;
    }
    return accepted;
  }

  private codeOf(value: string): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    this.known.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}
