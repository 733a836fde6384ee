import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemPrompt } from "../../src/models/index.ts";
import type { SearchHit, SearchRecord } from "../../src/protocol/index.ts";
import { createDefaultTools, recordedProvider, SearchError, type SearchProvider } from "../../src/tools/index.ts";

interface Entry {
  id: string;
  title: string;
  text: string;
  date: string;
  topic: string;
}
interface Question {
  question: string;
  entry: string;
  answer: string;
}

const FILE = "public/search/corpus.jsonl";
const rows = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
const corpus = readFileSync(FILE, "utf8");
const entries = rows(corpus) as Entry[];
const questions = rows(readFileSync("tests/tools/search-questions.jsonl", "utf8")) as Question[];

const noPython = { execute: () => Promise.reject(new Error("no Python here")) };
const toolsWith = (search?: SearchProvider) => createDefaultTools(noPython, search ? { search } : {});
const ask = (query: string, tools = toolsWith()) => tools.call({ name: "web_search", arguments: { query } });
const linesOf = (output: string) => output.split("\n");

/** The page's server: the corpus, or whatever answer it is given. */
let answer: () => Response;
let asked: string[];
beforeEach(() => {
  asked = [];
  answer = () => new Response(corpus);
  vi.stubGlobal("document", { baseURI: "http://localhost/app/index.html#/playground" });
  vi.stubGlobal("fetch", async (address: URL) => {
    asked.push(address.href);
    return answer();
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("the corpus", () => {
  it("has at least 320 short entries of one shape, each with an id of its own", () => {
    expect(entries.length).toBeGreaterThanOrEqual(320);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(new Set(entries.map(({ text }) => text)).size).toBe(entries.length);
    for (const entry of entries) {
      expect(Object.keys(entry)).toEqual(["id", "title", "text", "date", "topic"]);
      expect(entry.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(entry.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(entry.text).toMatch(/^\S[^\n]{40,398}[.!?]$/);
      expect(entry.title).toMatch(/^\S[^\n]{0,79}$/);
      expect(entry.topic).not.toBe("");
    }
  });

  it("tells of at least 80 invented things, which nobody can know", () => {
    expect(entries.filter(({ topic }) => topic.startsWith("invented ")).length).toBeGreaterThanOrEqual(80);
  });

  it("is small, and is what its card says", () => {
    expect(Buffer.byteLength(corpus)).toBeLessThan(200_000);
    const card = readFileSync("public/search/README.md", "utf8");
    expect(card).toContain(createHash("sha256").update(corpus).digest("hex"));
    expect(card).toContain(`${entries.length} entries`);
  });
});

describe("the questions", () => {
  it("ask for every entry, each in words of its own", () => {
    expect(new Set(questions.map(({ entry }) => entry))).toEqual(new Set(entries.map(({ id }) => id)));
    expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
  });

  it("are each answered by the text of their entry", () => {
    const texts = new Map(entries.map(({ id, text }) => [id, text]));
    expect(questions.filter(({ entry, answer }) => !texts.get(entry)?.includes(answer))).toEqual([]);
    expect(questions.filter(({ question, answer }) => answer === "" || !question.endsWith("?"))).toEqual([]);
  });
});

describe("searching the corpus", () => {
  it(
    "the entry that answers is among the first three for 95 of 100 questions, and mostly the first",
    { timeout: 120_000 },
    async () => {
      const tools = toolsWith();
      const ranks: number[] = [];
      for (const { question, entry } of questions) {
        const { title, text } = entries.find(({ id }) => id === entry)!;
        const lines = linesOf((await ask(question, tools)).output);
        ranks.push(lines.findIndex((line) => line.includes(`] ${title} (`) && line.endsWith(text)));
      }
      const within = (k: number) => ranks.filter((rank) => rank >= 0 && rank < k).length / ranks.length;
      expect(within(3)).toBeGreaterThanOrEqual(0.95);
      expect(within(1)).toBeGreaterThanOrEqual(0.9);
    },
  );

  it("shows three lines with title, date and text", async () => {
    const { success, output } = await ask("capital of Suriname");
    expect(success).toBe(true);
    const lines = linesOf(output);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(
      "[1] Suriname (2026-11-26): Suriname became independent of the Netherlands on 25 November 1975. " +
        "Its capital is Paramaribo, and its official language is Dutch.",
    );
    for (const [index, line] of lines.entries())
      expect(line).toMatch(new RegExp(`^\\[${index + 1}\\] .+ \\(.+\\): .+`));
  });

  it.each(["capital of surinam", "SURINAME CAPITAL", "Surinamé"])(
    "forgives how a name is written: %s",
    async (query) => {
      expect((await ask(query)).output).toMatch(/^\[1\] Suriname /);
    },
  );

  it("takes numbers at their word", async () => {
    expect((await ask("RFC 9114")).output).toMatch(/^\[1\] HTTP\/3 /);
    expect((await ask("RFC 9113")).output).toMatch(/^\[1\] HTTP\/2 /);
  });

  it("says when nothing is found, and what is missing from an empty query", async () => {
    expect(await ask("xqzzvw")).toMatchObject({ success: true, output: 'no results for "xqzzvw"' });
    expect(await ask(" \n ")).toMatchObject({
      success: false,
      error: { type: "SearchError", message: "the query is empty: write what to look for" },
    });
  });

  it("answers the same every time, from one index or another, and leaves no record", async () => {
    const tools = toolsWith();
    const other = toolsWith();
    for (const { question } of questions.slice(0, 20)) {
      const { execution_time: _, ...first } = await ask(question, tools);
      for (const again of [await ask(question, tools), await ask(question, other)]) {
        expect(again).toMatchObject(first);
        expect(again).not.toHaveProperty("record");
      }
    }
  });

  it("does not depend on the order of the file's lines, ties included", async () => {
    const twins = ["b", "a", "c"].map((id) => ({
      ...entries[0]!,
      id,
      title: "Twin",
      text: `The twin is here.`,
      date: id,
    }));
    answer = () => new Response(twins.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    expect(linesOf((await ask("twin")).output).map((line) => /\((.)\)/.exec(line)?.[1])).toEqual(["a", "b", "c"]);
  });

  it("any query gives an outcome of at most 1,500 characters, never a rejection", async () => {
    const tools = toolsWith();
    const query = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.string({ unit: "binary", maxLength: 400 }),
      fc
        .array(fc.constantFrom("Python", "RFC", "the", "2.4.0", "__proto__", "constructor", "*", "\ud800", "AND"), {
          maxLength: 80,
        })
        .map((words) => words.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const { success, output, error } = await ask(text, tools);
        expect(success).toBe(error === null);
        expect(output.length).toBeLessThanOrEqual(1500);
        expect(linesOf(output).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });

  it("fetches from beside the page, once, when it is first searched", async () => {
    const tools = toolsWith();
    expect(asked).toEqual([]);
    await Promise.all([ask("Suriname", tools), ask("Python", tools)]);
    await ask("Bhutan", tools);
    expect(asked).toEqual(["http://localhost/app/search/corpus.jsonl"]);
  });

  it.each([
    [() => new Response("", { status: 503 }), /\/app\/search\/corpus\.jsonl \(status 503\)/],
    [() => new Response("<!doctype html>"), /JSON.*check the connection and try again/],
    [
      () => {
        throw new TypeError("Failed to fetch");
      },
      /\(Failed to fetch\)/,
    ],
  ])("a corpus that cannot be had is an error, and the next call tries again", async (broken, message) => {
    const tools = toolsWith();
    answer = broken;
    const { success, error } = await ask("Suriname", tools);
    expect(success).toBe(false);
    expect(error?.type).toBe("SearchError");
    expect(error?.message).toMatch(message);
    answer = () => new Response(corpus);
    expect((await ask("Suriname", tools)).success).toBe(true);
  });
});

describe("records", () => {
  const live = (hits: SearchHit[]): SearchProvider => ({ id: "live", search: async () => hits });
  const hit = fc.record({ title: fc.string({ unit: "binary" }), text: fc.string({ unit: "binary", maxLength: 900 }) });

  it("what a live provider found is kept, and its replay shows and records the same", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.array(hit, { maxLength: 5 }), async (query, hits) => {
        const first = await ask(query, toolsWith(live(hits)));
        fc.pre(first.success);
        expect(first.output.length).toBeLessThanOrEqual(1500);
        expect(first.record).toMatchObject({ provider: "live" });
        expect(first.record!.hits).toHaveLength(Math.min(3, hits.length));
        const again = await ask(query, toolsWith(recordedProvider([first.record!])));
        expect({ ...again, execution_time: 0 }).toEqual({ ...first, execution_time: 0 });
      }),
    ));

  it("a query that was not recorded fails clearly", async () => {
    const record: SearchRecord = { provider: "live", query: "one", hits: [] };
    expect(await ask("two", toolsWith(recordedProvider([record])))).toMatchObject({
      success: false,
      error: { type: "SearchError", message: expect.stringMatching(/^No search for "two" was recorded: /) },
    });
    expect((await ask("two", toolsWith(recordedProvider([])))).success).toBe(false);
  });

  it("what went wrong is kept too, and its replay goes wrong in the same words", async () => {
    const down: SearchProvider = { id: "live", search: () => Promise.reject(new SearchError("It is down: wait.")) };
    const first = await ask("q", toolsWith(down));
    expect(first).toMatchObject({ success: false, error: { type: "SearchError", message: "It is down: wait." } });
    expect(first.record).toEqual({ provider: "live", query: "q", hits: [], error: "It is down: wait." });
    const again = await ask("q", toolsWith(recordedProvider([first.record!])));
    expect({ ...again, execution_time: 0 }).toEqual({ ...first, execution_time: 0 });
  });

  it("a query that was asked again is answered as it was then; providers that differ are not passed off as one", async () => {
    const record = (provider: string, title: string): SearchRecord => ({
      provider,
      query: "q",
      hits: [{ title, text: "" }],
    });
    const replay = recordedProvider([record("a", "first"), record("b", "second")]);
    expect(replay.id).toBe("recorded");
    const titles = async () => (await replay.search("q", {})).map(({ title }) => title);
    expect([await titles(), await titles(), await titles()]).toEqual([["first"], ["second"], ["second"]]);
  });
});

it("is listed on request only, in the words that training used", () => {
  const tools = toolsWith();
  expect(tools.schemas().map(({ name }) => name)).not.toContain("web_search");
  const script = `
from trainer.pretrain.tools import WEB_SEARCH, system_turn
print(system_turn([WEB_SEARCH]), end="")`;
  const cwd = resolve(import.meta.dirname, "../../trainer-server");
  const { stdout, stderr } = spawnSync("python3", ["-c", script], { cwd, encoding: "utf8" });
  expect(systemPrompt(tools.schemas(["web_search"])), stderr).toBe(stdout);
});
