import { readFile } from "node:fs/promises";
import type { Run } from "../../src/protocol/index.ts";
import { calculate, startServer, type FakeServer } from "../models/remote/server.ts";
import { expect, test as base, type Page } from "./fixtures.ts";

const test = base.extend<{ server: FakeServer }>({
  server: async ({}, use) => {
    const server = await startServer(calculate);
    server.entries = [{ id: "abacus", owned_by: "me" }, { id: "<b>slide rule</b>" }];
    await use(server);
    await server.stop();
  },
});
const KEY = "sk-very-secret";

const run = (page: Page) => page.getByRole("button", { name: "Run", exact: true });
const key = (page: Page) => page.getByLabel("Key", { exact: true });

async function choose(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByLabel("Split")).toBeVisible();
  await page.getByRole("radio", { name: "A server of yours" }).check({ force: true });
}

test("a server of one's own is connected to, run, continued when it was lost, and its key is kept nowhere", async ({
  app,
  page,
  server,
}) => {
  server.key = KEY;
  await choose(page, app.url);
  await expect(page.getByText("Write the address of your server.")).toBeVisible();
  await page.getByLabel("Address").fill("http://192.168.0.7:8000");
  await expect(page.getByText(/is not on this machine/).first()).toBeVisible();
  await expect(run(page)).toBeDisabled();
  await page.getByLabel("Address").fill(server.url.replace("/v1", ""));
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByText("status 401: Incorrect API key provided: none: it asks for a key")).toBeVisible();
  await key(page).fill(KEY);
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByText("Connected: it serves 2 models.")).toBeVisible();
  await expect(page.getByLabel("Server's model")).toHaveValue("abacus");
  await expect(page.getByText(`Questions and what tools print go to ${new URL(server.url).host}`)).toBeVisible();
  await page.getByRole("checkbox", { name: "Forced" }).check();
  await expect(page.getByText("A chat API cannot be forced or forbidden to call")).toBeVisible();
  await page.getByRole("checkbox", { name: "Forced" }).uncheck();
  await page.getByLabel("Samples", { exact: true }).fill("4");

  // After its second answer the server knows the key no more.
  server.answer = (asked) => {
    if (server.asked.length === 2) server.key = "another";
    return calculate(asked);
  };
  await run(page).click();
  // A busy machine takes its time to start Python.
  await expect(page.getByText(/status 401: .*: check the key\./)).toBeVisible({ timeout: 90_000 });
  server.key = KEY;
  server.answer = calculate;
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByTestId("digest-tokens")).toHaveText(/^[0-9a-f]{64}$/, {
    useInnerText: false,
    timeout: 90_000,
  });

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "run.json" }).click(),
  ]);
  const text = await readFile(await file.path(), "utf8");
  const { status, results, metrics, model, config } = JSON.parse(text) as Run;
  expect({ status, runtime: model.runtime, endpoint: config.endpoint }).toEqual({
    status: "complete",
    runtime: "remote",
    endpoint: { url: server.url, api: "chat", model: "abacus" },
  });
  expect(new Set(results.map(({ sample_id }) => sample_id)).size).toBe(4);
  // It decides rightly every time, does the difference and the product, and knows neither words nor digit sums.
  expect(results.map(({ scores }) => scores.decision).sort()).toEqual([
    "code_executor",
    "code_executor",
    "none",
    "none",
  ]);
  const { tool_accuracy, tool_f1, correctness, sequence_accuracy, error_rate } = metrics;
  expect([tool_accuracy, tool_f1, correctness, sequence_accuracy, error_rate].map((one) => one?.value)).toEqual([
    1, 1, 0.5, 0, 0,
  ]);
  await expect(page.getByText(`abacus at ${new URL(server.url).host}`)).toBeVisible();

  await page.getByRole("button", { name: "Share link" }).click();
  await expect(page.getByText("A link never names an address to ask, and this run asked a server")).toBeVisible();

  expect(text).not.toContain(KEY);
  const stored = await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    const rows: unknown[] = [];
    for (const name of names) {
      const db = await new Promise<IDBDatabase>((opened, failed) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => opened(request.result);
        request.onerror = () => failed(request.error);
      });
      for (const store of db.objectStoreNames) {
        rows.push(
          await new Promise((read) => {
            const request = db.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => read(request.result);
          }),
        );
      }
      db.close();
    }
    return JSON.stringify([rows, { ...localStorage }, { ...sessionStorage }, location.href]);
  });
  expect(stored).toContain("abacus");
  expect(stored).not.toContain(KEY);

  await page.reload();
  await choose(page, app.url);
  await page.getByLabel("Address").fill(server.url);
  await expect(key(page)).toHaveValue("");
});

test("a key is kept where the person asks for it, for its address alone, and in the Playground the same fields stand", async ({
  app,
  page,
  server,
}) => {
  server.key = KEY;
  await page.goto(`${app.url}#/playground`);
  await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("remote");
  await page.getByLabel("Address").fill(server.url);
  await key(page).fill(KEY);
  await page.getByRole("checkbox", { name: "Keep in this browser" }).check();
  await page.reload();
  await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("remote");
  await page.getByLabel("Address").fill("https://elsewhere.example");
  await expect(key(page)).toHaveValue("");
  await page.getByLabel("Address").fill(server.url);
  await expect(key(page)).toHaveValue(KEY);
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByText("Connected: it serves 2 models.")).toBeVisible();
  await page.getByLabel("Prompt").fill("Okay, what is 12 * 12?");
  await run(page).click();
  await expect(page.getByRole("paragraph").filter({ hasText: "The answer is 144." })).toBeVisible({ timeout: 90_000 });
  expect(server.asked.at(-1)?.body.messages?.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
  expect(server.asked.at(-1)?.headers).not.toHaveProperty("cookie");
  expect(server.asked.at(-1)?.headers).not.toHaveProperty("referer");

  await page.getByRole("checkbox", { name: "Keep in this browser" }).uncheck();
  await page.reload();
  await page.getByRole("combobox", { name: "Model", exact: true }).selectOption("remote");
  await page.getByLabel("Address").fill(server.url);
  await expect(key(page)).toHaveValue("");

  server.admits = false;
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(
    page.getByText(/could not be reached \(Failed to fetch\): see that the server runs there and admits this page/),
  ).toBeVisible();
});
