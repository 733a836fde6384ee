import { canonicalJson, type Sample } from "../../protocol/index.ts";

/** How one row differs between two versions. */
export interface Difference {
  kind: "added" | "removed" | "changed";
  id: string;
  /** The fields that differ; none for a row that only one version has. */
  fields: string[];
  /** The row in the old version, from 0; null: it is not in it. */
  before: number | null;
  after: number | null;
}

export interface Comparison {
  added: number;
  removed: number;
  changed: number;
  same: number;
  differences: Difference[];
}

/** Compares two versions of a dataset; rows are the same row when their ids are. In the order of the new one, then of the old. */
export function compare(before: readonly Sample[], after: readonly Sample[]): Comparison {
  const places = new Map(before.map(({ id }, row) => [id, row]));
  const result: Comparison = { added: 0, removed: 0, changed: 0, same: 0, differences: [] };
  after.forEach((sample, row) => {
    const place = places.get(sample.id);
    places.delete(sample.id);
    if (place === undefined) {
      result.added++;
      result.differences.push({ kind: "added", id: sample.id, fields: [], before: null, after: row });
      return;
    }
    const fields = changedFields(before[place]!, sample);
    if (fields.length === 0) return void result.same++;
    result.changed++;
    result.differences.push({ kind: "changed", id: sample.id, fields, before: place, after: row });
  });
  for (const [id, row] of places) {
    result.removed++;
    result.differences.push({ kind: "removed", id, fields: [], before: row, after: null });
  }
  return result;
}

function changedFields(before: Sample, after: Sample): string[] {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].filter((name) => !isSame(old[name], now[name]));
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && canonicalJson(a) === canonicalJson(b));
}
