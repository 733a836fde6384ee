import MiniSearch, { type SearchResult } from "minisearch";
import { messageOf } from "../../protocol/index.ts";
import { SearchError, type SearchProvider } from "./provider.ts";

/** A line of public/search/corpus.jsonl; its card is public/search/README.md. */
interface Entry {
  id: string;
  title: string;
  text: string;
  /** When the entry was written. */
  date: string;
  topic: string;
}

const FILE = "search/corpus.jsonl";

/** Words of questions that say nothing of what is asked for. */
const EMPTY_WORDS = new Set(
  "a an and are as at be by did do does for from has have how in is it its of on or that the to was were what when where which who whose why with".split(
    " ",
  ),
);

/** The corpus that comes with the app: fetched from beside the page and indexed when it is first searched. */
export function corpusProvider(): SearchProvider {
  let index: Promise<MiniSearch<Entry>> | null = null;
  return {
    id: "corpus",
    reproducible: true,
    async search(query) {
      index ??= openIndex().catch((error: unknown) => {
        // The next call tries again.
        index = null;
        throw error;
      });
      const found = (await index).search(query) as (SearchResult & Entry)[];
      // Entries of one score have an order of their own: by id.
      found.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
      return found.map(({ title, text, date }) => ({ title, text, date }));
    },
  };
}

async function openIndex(): Promise<MiniSearch<Entry>> {
  const index = new MiniSearch<Entry>({
    fields: ["title", "text", "topic"],
    storeFields: ["title", "text", "date"],
    processTerm: termOf,
    searchOptions: { boost: { title: 1.5 }, prefix: isWord(4), fuzzy: (term) => (isWord(5)(term) ? 0.2 : false) },
  });
  index.addAll(await readCorpus());
  return index;
}

/** Accents and capitals make no difference. */
function termOf(term: string): string | null {
  const plain = term
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "");
  return EMPTY_WORDS.has(plain) ? null : plain;
}

/** Numbers are looked up as they are: 9110 is not almost 9111. */
function isWord(shortest: number): (term: string) => boolean {
  return (term) => term.length >= shortest && !/\d/.test(term);
}

async function readCorpus(): Promise<Entry[]> {
  const address = new URL(FILE, document.baseURI);
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const lines = (await response.text()).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Entry);
  } catch (error) {
    throw new SearchError(
      `The search corpus could not be read from ${address.pathname} (${messageOf(error)}): check the connection and try again.`,
    );
  }
}
