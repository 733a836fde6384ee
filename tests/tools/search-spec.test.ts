import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseSearch, SearchError } from "../../src/tools/index.ts";

afterEach(() => vi.unstubAllGlobals());

/** What a search by this text asks of the network, and what it finds in the answer. */
async function searched(spec: string, answer: unknown) {
  const asked: URL[] = [];
  vi.stubGlobal("fetch", async (url: URL) => (asked.push(url), Response.json(answer)));
  const hits = await parseSearch(spec).search("a b&c", {});
  expect(asked).toHaveLength(1);
  return { asked: asked[0]!, hits };
}

describe("a live search is one text", () => {
  it.each([
    ["mediawiki:https://en.wikipedia.org", "https://en.wikipedia.org/w/api.php", "mediawiki:en.wikipedia.org"],
    [" mediawiki:https://de.wikipedia.org/ ", "https://de.wikipedia.org/w/api.php", "mediawiki:de.wikipedia.org"],
    ["mediawiki:http://localhost:8080/api.php", "http://localhost:8080/api.php", "mediawiki:localhost:8080"],
  ])("%s", async (spec, api, id) => {
    const { asked, hits } = await searched(spec, { query: { search: [{ title: "T", snippet: "x" }] } });
    expect(asked.origin + asked.pathname).toBe(api);
    expect(asked.searchParams.get("srsearch")).toBe("a b&c");
    expect(hits).toMatchObject([{ title: "T", text: "x" }]);
    expect(parseSearch(spec).id).toBe(id);
  });

  it("searxng with the address of an instance", async () => {
    const answer = { results: [{ title: "T", content: "x" }] };
    const { asked, hits } = await searched("searxng:http://127.0.0.1:8888/searx", answer);
    expect(asked.href).toBe("http://127.0.0.1:8888/searx/search?q=a%20b%26c&format=json");
    expect(hits).toEqual([{ title: "T", text: "x" }]);
  });

  it("json with an address, and with places that are never sent", async () => {
    const plain = await searched("json:https://a.example/f?q={query}", { results: [{ title: "T", text: "x" }] });
    expect(plain.asked.href).toBe("https://a.example/f?q=a%20b%26c");
    expect(plain.hits).toEqual([{ title: "T", text: "x" }]);
    const found = await searched(
      "json:https://a.example/{query}?key=1#results=data.items&title=name&text=body.summary&url=link&date=day",
      { data: { items: [{ name: "N", body: { summary: "s" }, link: "https://b.example/", day: "2020-01-02" }] } },
    );
    expect(found.asked.href).toBe("https://a.example/a%20b%26c?key=1");
    expect(found.hits).toEqual([{ title: "N", text: "s", url: "https://b.example/", date: "2020-01-02" }]);
  });
});

describe("what cannot be searched is told in one sentence", () => {
  it.each([
    ["", /^"" is no kind of live search: write mediawiki:ADDRESS, searxng:ADDRESS or json:ADDRESS\.$/],
    ["https://en.wikipedia.org", /^"https" is no kind/],
    ["constructor:https://a.example", /^"constructor" is no kind/],
    ["recorded:run.json", /^"recorded" is no kind/],
    ["mediawiki", /^"" is not the address of a search service/],
    ["mediawiki:en.wikipedia.org", /is not the address of a search service/],
    ["searxng:ftp://a.example", /is not the address of a search service/],
    ["json:javascript:alert({query})", /is not the address of a search service/],
    ["mediawiki:https://a.example/wiki/Main", /is not a wiki's own address: write https:\/\/a\.example/],
    ["searxng:http://search.example", /is not on this machine.*write https:\/\/search\.example\.$/],
    ["mediawiki:http://localhost.example", /is not on this machine/],
    ["json:http://[::1]/?q={query}", /is not on this machine/],
    ["searxng:https://me:secret@a.example", /holds a name or password/],
    ["searxng:https://a.example/?lang=de", /ends before its \? or #: write https:\/\/a\.example\/\.$/],
    ["json:https://a.example/f", /is without \{query\}/],
    ["json:https://a.example/f#title={query}", /is without \{query\}/],
    ["json:https://{query}/f", /^\{query\} stands in the host's name/],
    ["json:https://{query}.example/f", /^\{query\} stands in the host's name/],
    [
      "json:https://a.example/{query}#results=r&body=text",
      /^Behind the # of the address stands "body".*results, title/,
    ],
  ])("%j", (spec, sentence) => {
    expect(() => parseSearch(spec)).toThrow(SearchError);
    expect(() => parseSearch(spec)).toThrow(sentence);
  });

  it("whatever the text, it is a provider or such a sentence", () => {
    const any = (...parts: string[]) => fc.constantFrom(...parts);
    const kind = any("mediawiki:", "searxng:", "json:", "");
    const host = any("https://", "http://", "//", "").chain((scheme) =>
      any("a.example", "localhost:1", "127.0.0.1", "{query}", "[::1]", "u:p@a", "").map((name) => scheme + name),
    );
    const rest = fc.array(any("/", "?q=", "#", "{query}", "title=", "&", "%", "\n", "api.php"), { maxLength: 6 });
    const text = fc.tuple(kind, host, rest).map(([a, b, c]) => a + b + c.join(""));
    let opened = 0;
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (spec) => {
        try {
          if (parseSearch(spec).id !== "") opened++;
        } catch (error) {
          if (!(error instanceof SearchError) || !/^[^]+\.$/.test(error.message)) throw error;
        }
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(opened).toBeGreaterThan(5);
  });

  it("a password is not repeated", () => {
    expect(() => parseSearch("searxng:https://me:s3cret@a.example")).toThrow(/^(?![^]*s3cret)/);
  });

  it("a service that cannot be reached is an error that names its host and what to look at", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    const searching = parseSearch("json:https://a.example/f?key=s3cret&q={query}").search("x", {});
    await expect(searching).rejects.toThrow(
      /^a\.example could not be reached \(Failed to fetch\): check the address, the connection, and whether it admits other origins\.$/,
    );
  });
});
