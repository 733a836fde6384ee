import { CATEGORIES, DIFFICULTIES, goldAnswer, SPLITS, type Sample } from "../../protocol/index.ts";

/** Fields with few values, which a table counts and filters by. */
export const FACETS = ["optimal_tool", "category", "difficulty", "split", "template", "topic"] as const;
export type Facet = (typeof FACETS)[number];

/** What a table shows of a row, and may be sorted by. */
export const COLUMNS = ["prompt", "optimal_tool", "category", "difficulty", "split", "template", "answer"] as const;
export type Column = (typeof COLUMNS)[number];

/** The value of a facet; an empty text where the sample has none. */
export function facetOf(sample: Sample, facet: Facet): string {
  const value: unknown = sample[facet];
  return typeof value === "string" ? value : "";
}

/** Any field as text, e.g. for a search in it; lists and objects as JSON. `answer` and `label` are other names. */
export function textOf(sample: Sample, field: string): string {
  if (field === "answer") return goldAnswer(sample);
  const name = field === "label" ? "optimal_tool" : field;
  const value: unknown = Object.hasOwn(sample, name) ? sample[name as keyof Sample] : undefined;
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const ORDERS: Partial<Record<Column, readonly string[]>> = {
  category: CATEGORIES,
  difficulty: DIFFICULTIES,
  split: SPLITS,
};

/** Compares two texts of a column: words of a scale by their place in it, others by their characters; empty ones last. */
export function comparator(column: Column): (a: string, b: string) => number {
  const order = ORDERS[column];
  const rank = (text: string) => {
    const place = order?.indexOf(text) ?? -1;
    return place === -1 ? 99 : place;
  };
  return (a, b) => {
    if (a === b) return 0;
    if (a === "" || b === "") return a === "" ? 1 : -1;
    return rank(a) - rank(b) || (a < b ? -1 : 1);
  };
}
