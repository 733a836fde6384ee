import type { Column, Facet } from "./fields.ts";

/** Which rows are wanted, and in which order. */
export interface Query {
  /** Words, `"phrases"`, `field:value`, `-not`; see parseSearch. */
  text: string;
  /** A row has one of the values of each facet that is named here; an empty text stands for "has none". */
  facets: Partial<Record<Facet, string[]>>;
  sort: { column: Column; descending: boolean } | null;
}

export const EVERYTHING: Query = { text: "", facets: {}, sort: null };

/** One condition of a search, in lower case. */
export interface Term {
  /** Null: anywhere in the row. */
  field: string | null;
  value: string;
  negated: boolean;
}

/**
 * Reads a search: every word must be somewhere in the row, `"two words"` together, `field:value` in that field (an exact
 * value for fields with few values), `field:` where the field is there at all; a minus before any of them excludes.
 */
export function parseSearch(text: string): Term[] {
  const found = text.matchAll(/(-?)(?:([A-Za-z_][\w.]*):)?(?:"([^"]*)"?|(\S*))/g);
  return [...found].flatMap(([whole, minus, field, phrase, word]) => {
    const value = (phrase ?? word ?? "").toLowerCase();
    if (whole === "" || (field === undefined && value === "")) return [];
    return [{ field: field ?? null, value, negated: minus === "-" }];
  });
}
