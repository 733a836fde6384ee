import { UserError, type SearchHit } from "../../protocol/index.ts";

/** Where facts are looked up: the corpus that comes with the app, a live service, or the records of an earlier run. */
export interface SearchProvider {
  /** What records and messages call it. */
  id: string;
  /** The same query always finds the same, so that no record needs to be kept. */
  reproducible?: boolean;
  /** The hits, the best first. Rejects with a SearchError where the search could not be made. */
  search(query: string, options: { signal?: AbortSignal }): Promise<SearchHit[]>;
}

/** A search that could not be made, in one sentence that a model may be shown. */
export class SearchError extends UserError {
  override name = "SearchError";
}
