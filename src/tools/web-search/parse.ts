import { serviceUrl } from "./fetch-json.ts";
import { jsonProvider, searxngProvider } from "./json.ts";
import { mediaWikiProvider } from "./mediawiki.ts";
import { SearchError, type SearchProvider } from "./provider.ts";

/** Where a service has what is shown, unless the part behind # says otherwise. */
const PLACES = { results: "results", title: "title", text: "text", url: "url", date: "date" };

/** Addresses on this machine, the only ones that the page's policy admits without encryption. */
const HERE = ["localhost", "127.0.0.1"];

const KINDS: Record<string, (address: string) => SearchProvider> = {
  mediawiki: (address) => mediaWikiProvider({ url: apiOf(address) }),
  searxng: (address) => searxngProvider({ url: instanceOf(address) }),
  json: readTemplate,
};

/**
 * The live service that a text names: `mediawiki:https://en.wikipedia.org`, `searxng:http://127.0.0.1:8888`, or
 * `json:https://host/find?q={query}`, behind which `#results=data.items&title=name&text=summary&url=link&date=day` says
 * where its answers have what is shown. SearchError in one sentence where the text names none that a page can reach.
 */
export function parseSearch(spec: string): SearchProvider {
  const [, kind = "", address = ""] = /^([^:]*):?([^]*)$/.exec(spec.trim()) ?? [];
  const open = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!open) {
    throw new SearchError(
      `"${kind}" is no kind of live search: write mediawiki:ADDRESS, searxng:ADDRESS or json:ADDRESS.`,
    );
  }
  return open(address);
}

/** The api.php of a wiki: where it says, or where wikis mostly have it. */
function apiOf(address: string): string {
  const url = reachable(address);
  if (url.pathname === "/") return new URL("/w/api.php", url).href;
  if (url.pathname.endsWith("/api.php")) return url.href;
  throw new SearchError(`${url.href} is not a wiki's own address: write https://${url.host} or where its api.php is.`);
}

function instanceOf(address: string): string {
  const url = reachable(address);
  if (url.search === "" && url.hash === "") return url.href;
  throw new SearchError(
    `The address of a SearXNG instance ends before its ? or #: write ${url.origin}${url.pathname}.`,
  );
}

function readTemplate(address: string): SearchProvider {
  const [template = "", ...behind] = address.split("#");
  const places = Object.fromEntries(new URLSearchParams(behind.join("#")));
  const unknown = Object.keys(places).find((name) => !Object.hasOwn(PLACES, name));
  if (unknown !== undefined) {
    const known = Object.keys(PLACES).join(", ");
    throw new SearchError(
      `Behind the # of the address stands "${unknown}": the places that can be named are ${known}.`,
    );
  }
  const provider = jsonProvider({ template, ...PLACES, ...places });
  const hosts = ["a", "b"].map((query) => reachable(template.replaceAll("{query}", query)).host);
  if (hosts[0] === hosts[1]) return provider;
  throw new SearchError("{query} stands in the host's name: whom to ask is not for the query to say, write it behind.");
}

/** An address that the page's policy lets it connect to. */
function reachable(address: string): URL {
  const url = serviceUrl(address);
  if (url.username || url.password) {
    throw new SearchError(`The address holds a name or password: leave it out, as a run keeps its address.`);
  }
  if (url.protocol === "https:" || HERE.includes(url.hostname)) return url;
  throw new SearchError(
    `http://${url.host} is not on this machine, and the page connects to others only by https: write https://${url.host}.`,
  );
}
