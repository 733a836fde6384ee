import type { SearchRecord } from "../../protocol/index.ts";
import { SearchError, type SearchProvider } from "./provider.ts";

/**
 * Answers from the records of an earlier run and asks nobody. A query that was asked several times is answered as it was
 * each time, and then as it was the last time. SearchError: the query was not recorded.
 */
export function recordedProvider(records: readonly SearchRecord[]): SearchProvider {
  const left = new Map<string, SearchRecord[]>();
  for (const record of records) left.set(record.query, [...(left.get(record.query) ?? []), record]);
  // Under the name of where they come from, so that the replay of a run leaves the records of the run.
  const [first, ...others] = new Set(records.map((record) => record.provider));
  return {
    id: first !== undefined && others.length === 0 ? first : "recorded",
    search: async (query) => {
      const rest = left.get(query);
      const record = rest && rest.length > 1 ? rest.shift() : rest?.[0];
      if (record?.error !== undefined) throw new SearchError(record.error);
      if (record) return record.hits;
      throw new SearchError(`No search for "${query}" was recorded: search with a live provider, or ask as recorded.`);
    },
  };
}
