import type { SearchHit } from "../../protocol/index.ts";
import { failure, type ToolOutcome } from "../tool.ts";
import { SearchError, type SearchProvider } from "./provider.ts";
import { cut, oneLine } from "./text.ts";

/** How many hits a model is shown. Three lines of this length, with their line ends, are 1,499 characters. */
const SHOWN = 3;
const LONGEST_LINE = 499;
const LONGEST_TITLE = 120;
/** The longest query that MediaWiki takes. */
const LONGEST_QUERY = 300;

/**
 * Searches and shows the best three hits, one a line: `[1] title (date): text`. What a provider that is not reproducible
 * found, or why it found nothing, is kept beside it as a record. A search that could not be made is a failure.
 */
export async function search(provider: SearchProvider, asked: string, signal?: AbortSignal): Promise<ToolOutcome> {
  const start = performance.now();
  const query = cut(oneLine(asked), LONGEST_QUERY);
  if (query === "") return failure("SearchError", "the query is empty: write what to look for");
  const seconds = () => (performance.now() - start) / 1000;
  const recorded = (hits: SearchHit[], error?: string) =>
    provider.reproducible
      ? {}
      : { record: { provider: provider.id, query, hits, ...(error !== undefined && { error }) } };
  let found: SearchHit[];
  try {
    found = await provider.search(query, signal ? { signal } : {});
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    const { name, message } = error;
    return failure(name, message, { execution_time: seconds(), ...recorded([], message) });
  }
  const hits = found.slice(0, SHOWN).map(tidy);
  return {
    success: true,
    output: hits.length > 0 ? hits.map(line).join("\n") : `no results for "${query}"`,
    error: null,
    killed: null,
    execution_time: seconds(),
    ...recorded(hits),
  };
}

/** A hit as it is shown and recorded. Doing it twice changes nothing, so a replayed record gives the same output. */
function tidy({ title, text, date, url }: SearchHit): SearchHit {
  return {
    title: cut(oneLine(title), LONGEST_TITLE),
    text: cut(oneLine(text), LONGEST_LINE),
    ...(date && { date: cut(oneLine(date), 40) }),
    ...(url && { url: cut(oneLine(url), 2000) }),
  };
}

function line({ title, text, date }: SearchHit, index: number): string {
  return cut(`[${index + 1}] ${title}${date ? ` (${date})` : ""}: ${text}`, LONGEST_LINE);
}
