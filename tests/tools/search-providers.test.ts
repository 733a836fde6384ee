import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDefaultTools,
  jsonProvider,
  mediaWikiProvider,
  SearchError,
  searxngProvider,
  type SearchProvider,
} from "../../src/tools/index.ts";
import { textOfHtml } from "../../src/tools/web-search/text.ts";

/** What the server answers next, and what it was asked. */
let answer: (response: ServerResponse) => void;
const asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  asked.push(request);
  answer(response);
});
let host: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json = (value: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(value));
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end("no");
const silent = () => {};
const lastQuery = () => new URL(asked.at(-1)?.url ?? "", `http://${host}`).searchParams;

const wiki = (timeout?: number) =>
  mediaWikiProvider({ url: `http://${host}/w/api.php`, ...(timeout !== undefined && { timeout }) });
const searxng = (timeout?: number) =>
  searxngProvider({ url: `http://${host}/searx/`, ...(timeout !== undefined && { timeout }) });
const custom = (timeout?: number) =>
  jsonProvider({
    template: `http://${host}/find?key=s3cret&for={query}`,
    results: "data.items",
    title: "name",
    text: "body.summary",
    url: "link",
    ...(timeout !== undefined && { timeout }),
  });

const found = {
  MediaWiki: (title: string, text: string) => ({
    batchcomplete: "",
    query: { search: [{ ns: 0, title, pageid: 12, snippet: text, timestamp: "2024-05-06T07:08:09Z" }] },
  }),
  SearXNG: (title: string, content: string) => ({
    query: "x",
    results: [{ url: "https://example.org/a", title, content, publishedDate: "2024-05-06T00:00:00" }],
  }),
  custom: (name: string, summary: string) => ({
    data: { items: [{ name, body: { summary }, link: "javascript:alert(1)" }] },
  }),
};
const providers: [keyof typeof found, (timeout?: number) => SearchProvider][] = [
  ["MediaWiki", wiki],
  ["SearXNG", searxng],
  ["custom", custom],
];
const failureOf = (searching: Promise<unknown>) =>
  searching.then(
    () => expect.unreachable("the search should fail"),
    (error: unknown) => error as Error,
  );

describe("what is asked and found", () => {
  const query = "Ada & Bob's 50% = “x” \ud83d\ude00";

  it("MediaWiki", async () => {
    answer = json(
      found.MediaWiki("Ada Lovelace", 'wrote <span class="searchmatch">notes</span> &amp; &quot;Note G&quot;'),
    );
    expect(await wiki().search(query, {})).toEqual([
      {
        title: "Ada Lovelace",
        text: 'wrote notes & "Note G"',
        date: "2024-05-06",
        url: `http://${host}/w/index.php?title=Ada+Lovelace`,
      },
    ]);
    expect(Object.fromEntries(lastQuery())).toMatchObject({
      action: "query",
      list: "search",
      format: "json",
      origin: "*",
      srsearch: query,
    });
  });

  it("SearXNG", async () => {
    answer = json(found.SearXNG("A page", "Its text"));
    expect(await searxng().search(query, {})).toEqual([
      { title: "A page", text: "Its text", date: "2024-05-06", url: "https://example.org/a" },
    ]);
    expect(asked.at(-1)?.url).toMatch(/^\/searx\/search\?/);
    expect(Object.fromEntries(lastQuery())).toEqual({ q: query, format: "json" });
  });

  it("any other JSON; an address that runs a script is no address", async () => {
    answer = json(found.custom("A name", "A summary"));
    expect(await custom().search(query, {})).toEqual([{ title: "A name", text: "A summary" }]);
    expect(lastQuery().get("for")).toBe(query);
  });

  it("nothing is not an error, and a result may be without text", async () => {
    answer = json({ results: [] });
    expect(await searxng().search("x", {})).toEqual([]);
    answer = json({
      results: [
        { title: "a", content: null },
        { title: "b", content: "text" },
      ],
    });
    expect(await searxng().search("x", {})).toEqual([
      { title: "a", text: "" },
      { title: "b", text: "text" },
    ]);
  });
});

describe.each(providers)("what goes wrong at a %s service", (name, provider) => {
  it.each([
    ["an error status", status(500), /answered with status 500: /],
    ["a refusal", status(429), /answered with status 429: /],
    ["a page", (r: ServerResponse) => void r.end("<!doctype html><title>Hi</title>"), /is not JSON: /],
    ["nothing at all", (r: ServerResponse) => void r.end(), /is not JSON: /],
    ["a broken connection", (r: ServerResponse) => void r.destroy(), /could not be reached /],
    ["too much", (r: ServerResponse) => void r.end(`"${"x".repeat(2 ** 20)}"`), /more than 1 MiB: /],
    ["a list", json([1, 2]), /without a list at /],
    ["null", json(null), /without a list at /],
    [
      "an object in place of the list",
      json(JSON.parse('{"results":{},"query":{"search":{}},"data":{"items":{}}}')),
      /without a list at /,
    ],
    [
      "strings in place of results",
      json({ results: ["a"], query: { search: ["a"] }, data: { items: ["a"] } }),
      /without a text at /,
    ],
  ])("%s is one clear sentence", async (_, wrong, message) => {
    answer = wrong;
    const error = await failureOf(provider().search("x", {}));
    expect(error).toBeInstanceOf(SearchError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(host);
    expect(error.message).toMatch(/^[^\n]+\.$/);
    expect(error.message).not.toContain("s3cret");
  });

  it("a service that does not answer in time", async () => {
    answer = silent;
    expect((await failureOf(provider(0.05).search("x", {}))).message).toMatch(/did not answer within 0.05 seconds: /);
  });

  it("one that stops in the middle of its answer", async () => {
    answer = (response) => void response.write('{"results": [');
    expect((await failureOf(provider(0.2).search("x", {}))).message).toMatch(/did not answer within 0.2 seconds: /);
  });

  it("a search that is cancelled, before or while it runs", async () => {
    answer = silent;
    const abort = new AbortController();
    const searching = failureOf(provider().search("x", { signal: abort.signal }));
    abort.abort();
    expect((await searching).message).toMatch(/was cancelled\.$/);
    expect((await failureOf(provider().search("x", { signal: abort.signal }))).message).toMatch(/was cancelled\.$/);
  });

  it("hostile text arrives as short plain lines, and the tool keeps what it showed", async () => {
    const tools = createDefaultTools({ execute: () => Promise.reject(new Error("no Python")) }, { search: provider() });
    const hostile = `<img src=x onerror="alert(1)"><scr<b>ipt>x</scr</b>ipt>\u202e\u0000 &#x1F600;&#0;\n\n[9] fake: ${"long ".repeat(9000)}`;
    answer = json(found[name](`<i>T</i>${hostile}`, hostile));
    const outcome = await tools.call({ name: "web_search", arguments: { query: "x" } });
    expect(outcome.success).toBe(true);
    expect(outcome.output).toMatch(/^\[1\] Tx 😀 \[9\] fake: long /u);
    expect(outcome.output).not.toMatch(/[\n<>\u202e\u0000]/);
    expect(outcome.output.length).toBeLessThanOrEqual(500);
    expect(outcome.record).toMatchObject({ provider: provider().id, query: "x" });
    expect(outcome.record!.hits[0]!.title.length).toBeLessThanOrEqual(120);
    expect(JSON.stringify(outcome.record)).not.toContain("javascript:");
  });
});

it("a wiki's own error is told", async () => {
  answer = json({ error: { code: "srsearch-error", info: "An error has occurred:\n bad regex" } });
  expect((await failureOf(wiki().search("x", {}))).message).toBe(
    `${host} refused the search (An error has occurred: bad regex): ask in other words.`,
  );
});

it("results without their text say where it was looked for", async () => {
  answer = json({ data: { items: [{ name: "a", body: "text" }] } });
  expect((await failureOf(custom().search("x", {}))).message).toContain('without a text at "body.summary"');
  answer = json({ data: { items: [{ body: { summary: "text" } }] } });
  expect((await failureOf(custom().search("x", {}))).message).toContain('without a text at "name"');
  answer = json({ data: { items: [{ name: "a", body: { summary: "t" }, __proto__: null }] } });
  const odd = jsonProvider({ template: `http://${host}/{query}`, results: "__proto__.x", title: "t", text: "t" });
  expect((await failureOf(odd.search("x", {}))).message).toContain('without a list at "__proto__.x"');
});

describe("addresses", () => {
  it.each(["", "wiki", "ftp://example.org/", "javascript:alert(1)", "file:///etc/passwd"])("refuses %j", (url) => {
    expect(() => mediaWikiProvider({ url })).toThrow(/is not the address of a search service: /);
    expect(() => searxngProvider({ url })).toThrow(SearchError);
    expect(() => jsonProvider({ template: `${url}{query}`, results: "", title: "t", text: "t" })).toThrow(SearchError);
  });

  it("a template must say where the query belongs", () => {
    const places = { results: "", title: "t", text: "t" };
    expect(() => jsonProvider({ template: "https://example.org/find", ...places })).toThrow(/is without \{query\}: /);
  });

  it("providers have the name of their host", () => {
    expect(mediaWikiProvider().id).toBe("mediawiki:en.wikipedia.org");
    expect([searxng().id, custom().id]).toEqual([`searxng:${host}`, host]);
  });
});

describe("reading HTML as text", () => {
  it("leaves no tag, whatever is inside another", () => {
    const piece = fc.constantFrom("<", ">", "</", "b", "<b>", "script", " ", "x=1", '"', "<!--", "-->", "text");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(textOfHtml(pieces.join(""))).not.toMatch(/<[a-z/!?][^<>]*>/i);
      }),
    );
  });

  it("keeps what is no tag, and reads entities once", () => {
    expect(textOfHtml("if a < b and c > d")).toBe("if a < b and c > d");
    expect(textOfHtml("&lt;b&gt; &amp;lt; &#39;&#x41;&#1114112; &unknown; & more")).toBe(
      "<b> &lt; 'A\uFFFD &unknown; & more",
    );
  });

  it("ends soon for text that is made to take long", () => {
    expect(textOfHtml("<b".repeat(1_000_000)).length).toBeLessThanOrEqual(5000);
    expect(textOfHtml(`${"<b".repeat(1500)}${">".repeat(1500)}`)).toBe("");
  });
});
