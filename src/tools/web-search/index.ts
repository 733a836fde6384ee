import type { Tool } from "../tool.ts";
import type { SearchProvider } from "./provider.ts";
import { search } from "./search.ts";

export { jsonProvider, searxngProvider } from "./json.ts";
export type { JsonProviderOptions, SearxngOptions } from "./json.ts";
export { mediaWikiProvider } from "./mediawiki.ts";
export type { MediaWikiOptions } from "./mediawiki.ts";
export { parseSearch } from "./parse.ts";
export { SearchError } from "./provider.ts";
export type { SearchProvider } from "./provider.ts";
export { recordedProvider } from "./recorded.ts";

/**
 * Looks facts up with a provider; without one, in the corpus that comes with the app. The corpus and its index are
 * loaded with the first call that needs them.
 */
export function webSearch(provider?: SearchProvider): Tool {
  let corpus: SearchProvider | undefined;
  const chosen = async () => {
    if (provider) return provider;
    // MiniSearch stays out of what a page loads first.
    const { corpusProvider } = await import("./corpus.ts");
    return (corpus ??= corpusProvider());
  };
  return {
    name: "web_search",
    description: "Search the web for facts.",
    parameters: {
      type: "object",
      properties: { query: { type: "string" } },
      required: ["query"],
      additionalProperties: false,
    },
    onRequest: true,
    run: async ({ query }, { signal }) => await search(await chosen(), String(query), signal),
  };
}
