import { COLUMNS, FACETS, type Column, type Query } from "../../data/table/index.ts";

export const TABS = ["rows", "plots", "compare", "trust", "card"] as const;
export type Tab = (typeof TABS)[number];

/** What is chosen on a dataset's page, as its address says it. */
export interface Choice {
  query: Query;
  tab: Tab;
  /** The version that it is compared with. */
  other: string | null;
}

/** A choice as the part of an address after its question mark; the usual choices are left out. */
export function writeChoice({ query: { text, facets, sort }, tab, other }: Choice): string {
  const parts = new URLSearchParams();
  if (text) parts.set("q", text);
  for (const facet of FACETS) for (const value of facets[facet] ?? []) parts.append(facet, value);
  if (sort) parts.set("sort", `${sort.descending ? "-" : ""}${sort.column}`);
  if (tab !== "rows") parts.set("view", tab);
  if (other) parts.set("with", other);
  return parts.toString();
}

/** Reads what writeChoice wrote, or somebody typed: what it does not know is left out. */
export function readChoice(address: string): Choice {
  const parts = new URLSearchParams(address);
  const facets: Query["facets"] = {};
  for (const facet of FACETS) if (parts.has(facet)) facets[facet] = [...new Set(parts.getAll(facet))];
  const [, minus, name] = /^(-?)(.*)$/s.exec(parts.get("sort") ?? "") ?? [];
  const column = COLUMNS.find((one) => one === name);
  const other = parts.get("with") ?? "";
  return {
    query: { text: parts.get("q") ?? "", facets, sort: column ? { column, descending: minus === "-" } : null },
    tab: TABS.find((tab) => tab === parts.get("view")) ?? "rows",
    other: /^[0-9a-f]{64}$/.test(other) ? other : null,
  };
}

/** Sorts by a column: first up, then down, then as the file is. */
export function nextSort(sort: Query["sort"], column: Column): Query["sort"] {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}
