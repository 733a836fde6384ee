import type { SearchRecord } from "../../protocol/index.ts";
import { SearchError, type SearchProvider } from "./provider.ts";

/**
 * Answers from the records of an earlier run and asks nobody. Of several records of one query the first counts.
 * SearchError: the query was not recorded.
 */
export function recordedProvider(records: readonly SearchRecord[]): SearchProvider {
  const hits = new Map([...records].reverse().map((record) => [record.query, record.hits]));
  // Under the name of where they come from, so that the replay of a run leaves the records of the run.
  const [first, ...others] = new Set(records.map((record) => record.provider));
  return {
    id: first !== undefined && others.length === 0 ? first : "recorded",
    search: async (query) => {
      const found = hits.get(query);
      if (found) return found;
      throw new SearchError(`No search for "${query}" was recorded: search with a live provider, or ask as recorded.`);
    },
  };
}
