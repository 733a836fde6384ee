import { fetchJson, serviceUrl } from "./fetch-json.ts";
import { readHits } from "./json.ts";
import { SearchError, type SearchProvider } from "./provider.ts";
import { cut, oneLine } from "./text.ts";

export interface MediaWikiOptions {
  /** The address of the wiki's api.php; the English Wikipedia's by default. */
  url?: string;
  /** Seconds; 10 by default. */
  timeout?: number;
}

/** The search of a wiki that runs MediaWiki (https://www.mediawiki.org/wiki/API:Search). SearchError: no address. */
export function mediaWikiProvider(options: MediaWikiOptions = {}): SearchProvider {
  const { url = "https://en.wikipedia.org/w/api.php", timeout } = options;
  const api = serviceUrl(url);
  return {
    id: `mediawiki:${api.host}`,
    async search(query, { signal }) {
      const address = new URL(api);
      // Without `origin` the wiki admits no other origin.
      const asked = { action: "query", list: "search", format: "json", origin: "*", srlimit: "5", srsearch: query };
      for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
      const answer = await fetchJson(address, { ...(signal && { signal }), ...(timeout && { timeout }) });
      refuseError(answer, api.host);
      const places = { results: "query.search", title: "title", text: "snippet", date: "timestamp" };
      return readHits(answer, api.host, places).map((hit) => ({ ...hit, url: pageOf(api, hit.title) }));
    },
  };
}

/** A wiki tells what it refuses with status 200. */
function refuseError(answer: unknown, host: string): void {
  const { error } = Object(answer) as { error?: unknown };
  if (!error) return;
  const { info } = Object(error) as { info?: unknown };
  const reason = typeof info === "string" ? cut(oneLine(info), 200) : "no reason given";
  throw new SearchError(`${host} refused the search (${reason}): ask in other words.`);
}

function pageOf(api: URL, title: string): string {
  const page = new URL("index.php", api);
  page.searchParams.set("title", title);
  return page.href;
}
