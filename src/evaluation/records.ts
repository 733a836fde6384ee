import { UserError, type Run, type RunConfig, type SearchRecord } from "../protocol/index.ts";
import { parseSearch, recordedProvider, type SearchProvider } from "../tools/index.ts";

/**
 * What a run's live searches found, in the order of its results: with these a run of the same configuration asks nobody.
 * UserError: its configuration names no live service.
 */
export function searchRecords({ config, results }: Pick<Run, "config" | "results">): SearchRecord[] {
  if (config.search === undefined) {
    throw new UserError("This run made no live search, so there is nothing to replay: run it again as it is.");
  }
  return results.flatMap(({ transcript }) =>
    transcript.flatMap((event) => (event.type === "tool_result" && event.record ? [event.record] : [])),
  );
}

/** Where a run's `web_search` looks; undefined: in the corpus that comes with the app. */
export function searchOf(config: RunConfig, records?: readonly SearchRecord[]): SearchProvider | undefined {
  if (records) return recordedProvider(records);
  return config.search === undefined ? undefined : parseSearch(config.search);
}
