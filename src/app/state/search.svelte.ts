import { messageOf, type RunConfig } from "../../protocol/index.ts";
import { parseSearch } from "../../tools/web-search/index.ts";

export type Place = "corpus" | "wikipedia" | "searxng" | "json";

/** Where a person lets `web_search` look. */
export class SearchChoice {
  place = $state<Place>("corpus");
  /** The addresses as they stand in their fields. */
  addresses = $state({ searxng: "", json: "" });

  /** What is wrong with the address, in one sentence; null where nothing is, or nothing was written yet. */
  readonly fault = $derived(this.address === "" ? null : faultOf(this.spec));
  /** Why this cannot be searched, or null. */
  readonly obstacle = $derived(this.address === "" ? "Write the address that web_search is to ask." : this.fault);

  /** The configuration's part of this for a run with these tools. */
  config(tools: readonly string[]): Pick<RunConfig, "search"> {
    return this.spec !== null && tools.includes("web_search") ? { search: this.spec } : {};
  }

  private get spec(): string | null {
    if (this.place === "corpus") return null;
    return this.place === "wikipedia" ? "mediawiki:https://en.wikipedia.org" : `${this.place}:${this.address}`;
  }

  /** null where the place needs none. */
  private get address(): string | null {
    return this.place === "searxng" || this.place === "json" ? this.addresses[this.place].trim() : null;
  }
}

function faultOf(spec: string | null): string | null {
  if (spec === null) return null;
  if (spec.length > 500) return "The address is longer than 500 characters: shorten it.";
  try {
    parseSearch(spec);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whom a configuration's searches ask, for a sentence. */
export function askedBy(search: string): string {
  try {
    return parseSearch(search).id.replace(/^\w+:/, "");
  } catch {
    // A run's file may hold any text.
    return search;
  }
}
