import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Run } from "../../src/protocol/index.ts";
import { expect, test as base, type Page } from "./fixtures.ts";

/** A service on this machine that answers as MediaWiki does. */
interface Wiki {
  host: string;
  asked: IncomingMessage[];
  /** False: it does not say that other origins may read it. */
  admits: boolean;
  stop(): void;
}

async function startWiki(): Promise<Wiki> {
  const server: Server = createServer((request, response) => {
    wiki.asked.push(request);
    const query = new URL(request.url ?? "", "http://wiki").searchParams.get("srsearch");
    const snippet = `<span class="searchmatch">Paramaribo</span> &amp; <img src=x onerror="pwned=1"> for ${query}`;
    const found = { query: { search: [{ title: "Suriname", snippet, timestamp: "2026-01-02T00:00:00Z" }] } };
    response.writeHead(200, {
      "Content-Type": "application/json",
      ...(wiki.admits && { "Access-Control-Allow-Origin": "*" }),
    });
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const wiki: Wiki = { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked: [], admits: true, stop };
  return wiki;
}

const test = base.extend<{ wiki: Wiki }>({
  wiki: async ({}, use) => {
    const wiki = await startWiki();
    await use(wiki);
    wiki.stop();
  },
});

const row = {
  id: "suriname",
  prompt: "Hi, what is the capital of Suriname?",
  optimal_tool: "web_search",
  reasoning: "",
  difficulty: "easy",
  category: "execution_required",
  ground_truth_output: "Paramaribo",
  gold_answer: "Paramaribo",
  gold_calls: [{ name: "web_search", arguments: { query: "capital of Suriname" } }],
  alternative_tools: [],
};
const name = "places.jsonl";

/** The oracle, one question, and web_search listed; the Advanced part is open. */
async function prepare(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByLabel("Split")).toBeVisible();
  const buffer = Buffer.from(`${JSON.stringify(row)}\n`);
  await page.getByLabel("Dataset file").setInputFiles({ name, mimeType: "application/jsonl", buffer });
  await page.getByRole("radio", { name: "oracle", exact: true }).check({ force: true });
  await page.getByText("Advanced").click();
  // The dataset's label calls for it.
  const searches = page.getByRole("checkbox", { name: "web_search" });
  await expect(searches).toBeChecked();
  await searches.uncheck();
  await expect(page.getByLabel("Where web_search looks")).toBeDisabled();
  await searches.check();
}

const run = (page: Page) => page.getByRole("button", { name: "Run", exact: true });

/** What the one call of the run came to. */
async function shownOutput(page: Page): Promise<string> {
  await page.getByRole("region", { name: "Answers" }).getByRole("button", { expanded: false }).first().click();
  return (await page.getByRole("region", { name: "Output of web_search" }).textContent()) ?? "";
}

test("a service on this machine is searched, kept with the run, replayed without it, and put into no link", async ({
  app,
  page,
  wiki,
}) => {
  await prepare(page, app.url);
  await page.getByLabel("Where web_search looks").selectOption("json");
  const address = page.getByLabel("Address, with {query} in it");
  await expect(run(page)).toBeDisabled();
  await address.fill("http://search.example/?q={query}");
  await expect(page.getByText(/is not on this machine/).first()).toBeVisible();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await address.fill(
    `http://${wiki.host}/w/api.php?srsearch={query}#results=query.search&title=title&text=snippet&date=timestamp`,
  );
  await expect(address).toHaveAttribute("aria-invalid", "false");
  await expect(page.getByText(`what the model searches for goes to ${wiki.host}`)).toBeVisible();
  await run(page).click();

  expect(await shownOutput(page)).toContain("[1] Suriname (2026-01-02): Paramaribo & for capital of Suriname");
  expect(wiki.asked.map(({ url }) => url)).toEqual(["/w/api.php?srsearch=capital%20of%20Suriname"]);
  expect(wiki.asked[0]?.headers).not.toHaveProperty("cookie");
  expect(wiki.asked[0]?.headers).not.toHaveProperty("referer");
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);

  await page.getByRole("button", { name: "Share link" }).click();
  await expect(page.getByText("A link never names an address to ask")).toBeVisible();
  await expect(page.getByTestId("share-link")).toHaveCount(0);

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "run.json" }).click(),
  ]);
  const earlier = JSON.parse(await readFile(await file.path(), "utf8")) as Run;
  wiki.stop();
  const there = page.url();
  await page.getByRole("button", { name: "Replay" }).click();
  await expect.poll(() => page.url()).not.toBe(there);
  await expect(page.getByTestId("digest-tokens")).toHaveText(earlier.digest?.tokens ?? "", { useInnerText: false });
  expect(await shownOutput(page)).toContain("[1] Suriname (2026-01-02)");

  await page.goto(`${app.url}headless.html`);
  await page.waitForFunction(() => "agentcoder" in window);
  const replayed = await page.evaluate(
    ([before, text]) => {
      const records = before.results.flatMap(({ transcript }) =>
        transcript.flatMap((event) => (event.type === "tool_result" && event.record ? [event.record] : [])),
      );
      return window.agentcoder.baseline(before.config, { file: { name: "places.jsonl", text }, records });
    },
    [earlier, `${JSON.stringify(row)}\n`] as const,
  );
  expect(replayed).toMatchObject({ ok: [{ run: { status: "complete", digest: earlier.digest } }] });
  expect(wiki.asked).toHaveLength(1);
});

test("a wiki by its address, from the command line's page", async ({ headlessPage, wiki }) => {
  const reply = await headlessPage.evaluate(
    ([text, search]) => {
      const config = {
        ...{ model: "oracle", runtime: "scripted", device: "auto", dtype: "auto", dataset: "places.jsonl" },
        ...{ split: "all", limit: null, arms: ["free"], tools: ["web_search"], temperature: 0, topP: 1 },
        ...{ maxTokens: 256, maxSteps: 4, seed: 0, repeats: 1, search },
      } as Run["config"];
      return window.agentcoder.baseline(config, { file: { name: "places.jsonl", text } });
    },
    [`${JSON.stringify(row)}\n`, `mediawiki:http://${wiki.host}`] as const,
  );
  expect(reply).toMatchObject({ ok: [{ run: { status: "complete" } }] });
  const asked = new URL(wiki.asked[0]?.url ?? "", "http://wiki");
  expect([asked.pathname, asked.searchParams.get("srsearch")]).toEqual(["/w/api.php", "capital of Suriname"]);
});

test("a service that admits no other origin is a failed call with one clear sentence", async ({ app, page, wiki }) => {
  wiki.admits = false;
  await prepare(page, app.url);
  await page.getByLabel("Where web_search looks").selectOption("searxng");
  await page.getByLabel("Address of the instance").fill(`http://${wiki.host}`);
  await run(page).click();
  expect(await shownOutput(page)).toContain(
    `error: SearchError: ${wiki.host} could not be reached (Failed to fetch): check the address, the connection, and whether it admits other origins.`,
  );
});

test("without a choice nobody else is asked", async ({ app, page }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(app.url)) elsewhere.push(request.url());
  });
  await prepare(page, app.url);
  await run(page).click();
  expect(await shownOutput(page)).toContain("[1] Suriname");
  expect(elsewhere).toEqual([]);
});

test("the Playground offers the same choice where web_search is listed", async ({ app, page }) => {
  await page.goto(`${app.url}#/playground`);
  await expect(page.getByLabel("Where web_search looks")).toHaveCount(0);
  await page.getByRole("checkbox", { name: "web_search" }).check();
  await page.getByLabel("Prompt").fill("Hi");
  await page.getByLabel("Where web_search looks").selectOption("searxng");
  await expect(page.getByText("Write the address that web_search is to ask.")).toBeVisible();
  await page.getByLabel("Address of the instance").fill("127.0.0.1:8888");
  await expect(page.getByText(/is not the address of a search service/).first()).toBeVisible();
  await page.getByLabel("Where web_search looks").selectOption("corpus");
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
});
