import type { SearchHit } from "../../protocol/index.ts";
import { fetchJson, serviceUrl } from "./fetch-json.ts";
import { SearchError, type SearchProvider } from "./provider.ts";
import { cut, oneLine, textOfHtml } from "./text.ts";

export interface JsonProviderOptions {
  /** The service's host by default. */
  id?: string;
  /** The address, with {query} where the query belongs. */
  template: string;
  /** Where the list of results is in the answer, as names joined with dots: `data.items`; empty for the answer itself. */
  results: string;
  /** Where a result has its title and its text. */
  title: string;
  text: string;
  /** Where it has its address and its date, if it has them. */
  url?: string;
  date?: string;
  /** Seconds; 10 by default. */
  timeout?: number;
}

/** Any service that answers a GET request with JSON. SearchError: the template is no address, or is without {query}. */
export function jsonProvider(options: JsonProviderOptions): SearchProvider {
  const { template, timeout } = options;
  if (!template.includes("{query}")) {
    throw new SearchError("The address of the search service is without {query}: write it where the query belongs.");
  }
  const addressOf = (query: string) => serviceUrl(template.replaceAll("{query}", () => encodeURIComponent(query)));
  const { host } = addressOf("query");
  return {
    id: options.id ?? host,
    async search(query, { signal }) {
      const answer = await fetchJson(addressOf(query), { ...(signal && { signal }), ...(timeout && { timeout }) });
      return readHits(answer, host, options);
    },
  };
}

export interface SearxngOptions {
  /** The address of the instance; its settings must list json under search.formats. */
  url: string;
  /** Seconds; 10 by default. */
  timeout?: number;
}

/** A SearXNG instance. SearchError: the address is none. */
export function searxngProvider({ url, timeout }: SearxngOptions): SearchProvider {
  const { host, href } = serviceUrl(url);
  return jsonProvider({
    id: `searxng:${host}`,
    template: `${href.replace(/\/$/, "")}/search?q={query}&format=json`,
    results: "results",
    title: "title",
    text: "content",
    url: "url",
    date: "publishedDate",
    ...(timeout && { timeout }),
  });
}

type Places = Pick<JsonProviderOptions, "results" | "title" | "text" | "url" | "date">;

/** The results of an answer of unknown shape. SearchError names the place that is not as expected. */
export function readHits(answer: unknown, host: string, places: Places): SearchHit[] {
  const list = at(answer, places.results);
  if (!Array.isArray(list)) {
    throw new SearchError(`${host} answered without a list at ${shown(places.results)}: check where its results are.`);
  }
  const texts = list.map((result: unknown) => at(result, places.text));
  // One result may be without text; where all are, the place is wrong.
  if (list.length > 0 && !texts.some((text) => typeof text === "string")) {
    throw new SearchError(`${host} answered without a text at ${shown(places.text)}: check where a result has it.`);
  }
  return list.map((result: unknown, index) => {
    const title = at(result, places.title);
    if (typeof title !== "string") {
      throw new SearchError(`${host} answered without a text at ${shown(places.title)}: check where a result has it.`);
    }
    const text = texts[index];
    const url = webAddress(at(result, places.url));
    const date = dateOf(at(result, places.date));
    return { title: readable(title), text: readable(text), ...(url && { url }), ...(date && { date }) };
  });
}

function at(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  return path
    .split(".")
    .filter(Boolean)
    .reduce(
      (inner: unknown, name) =>
        typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}

function shown(path: string): string {
  return path === "" ? "its top" : `"${path}"`;
}

function readable(html: unknown): string {
  return typeof html === "string" ? cut(oneLine(textOfHtml(html)), 1000) : "";
}

/** Only what a browser opens as a page: no address that runs a script. */
function webAddress(value: unknown): string | null {
  if (typeof value !== "string" || !URL.canParse(value)) return null;
  const { protocol, href } = new URL(value);
  return /^https?:$/.test(protocol) ? href : null;
}

function dateOf(value: unknown): string | null {
  return typeof value === "string" ? (/^\d{4}-\d\d-\d\d/.exec(value)?.[0] ?? null) : null;
}
