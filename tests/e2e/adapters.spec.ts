import { readFile } from "node:fs/promises";
import type { Browser, Download, Locator } from "@playwright/test";
import { unzipSync, zipSync } from "fflate";
import { adapterFiles } from "./adapter-files.ts";
import { HubServer } from "../models/hub-server.ts";
import { expect, test, type Page } from "./fixtures.ts";

const GENTLE = adapterFiles();
const PROMPT = "Okay, what is 48213 times 9127?";

/** Gives files and presses Import; what then is said is the test's to read. */
async function give(page: Page, files: typeof GENTLE, name = "gentle"): Promise<void> {
  await page.getByLabel("Files of an adapter").setInputFiles(files);
  const form = page.getByRole("form", { name: "Adapter to import" });
  await expect(form.getByLabel("Trained on")).toHaveValue("nano");
  await expect(form.getByLabel("Name")).toBeFocused();
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Import" }).click();
}

async function importGentle(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/models`);
  await give(page, GENTLE);
  await expect(nano(page).getByRole("listitem")).toContainText("gentle");
}

const adapterField = (page: Page) => page.getByRole("combobox", { name: "Adapter" });
const nano = (page: Page) => page.getByRole("region", { name: "nano", exact: true });

async function chooseGentle(page: Page, strength: string): Promise<void> {
  await adapterField(page).selectOption({ index: 1 });
  await page.getByLabel("Strength").fill(strength);
}

test("an adapter is fetched from a hub's repository", async ({ app, page }) => {
  const hub = await new HubServer().start();
  hub.add("lab/gentle", Object.fromEntries(GENTLE.map(({ name, buffer }) => [name, buffer])));
  try {
    await page.goto(`${app.url}#/models`);
    await page.getByText("Another hub").click();
    await page.getByLabel("Address", { exact: true }).fill(hub.url);
    await page.getByRole("button", { name: "Use it" }).click();
    const ask = page.getByRole("form", { name: "Adapter on the hub" });
    await ask.getByRole("textbox").fill("lab/none");
    await ask.getByRole("button", { name: "Fetch it" }).click();
    await expect(page.getByRole("alert")).toContainText("has no repository lab/none");
    await ask.getByRole("textbox").fill("lab/gentle");
    await ask.getByRole("button", { name: "Fetch it" }).click();
    const form = page.getByRole("form", { name: "Adapter to import" });
    await expect(form.getByLabel("Name")).toHaveValue("gentle");
    await form.getByRole("button", { name: "Import" }).click();
    await expect(nano(page).getByRole("listitem")).toContainText("gentle");
  } finally {
    await hub.stop();
  }
});

/** Runs four samples with the adapter at half its strength. */
async function evaluate(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/`);
  await chooseGentle(page, "0.5");
  await page.getByLabel("Samples", { exact: true }).fill("4");
  await expect(page.getByLabel("What will be run")).toContainText("nano with gentle × 0.50");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("digest")).toBeVisible({ timeout: 90_000 });
}

async function saved(page: Page, button: Locator): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const [file]: [Download, void] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: file.suggestedFilename(), mimeType: "", buffer: await readFile(await file.path()) };
}

async function fresh(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  return page;
}

const bytes = (files: { name: string; buffer: Uint8Array }[]) =>
  Object.fromEntries(files.map(({ name, buffer }) => [name, Buffer.from(buffer)]));
const unzipped = (zip: Buffer) => bytes(Object.entries(unzipSync(zip)).map(([name, buffer]) => ({ name, buffer })));

test("an adapter works from the next message on, without the model being loaded again", async ({ app, page }) => {
  let graphs = 0;
  page.on("request", (request) => void (/nano\/onnx\//.test(request.url()) && graphs++));
  await importGentle(page, app.url);
  await page.getByRole("link", { name: "Playground" }).click();
  const active = page.getByTestId("active-adapter");
  const ask = async (expected: string): Promise<string> => {
    await page.getByLabel("Prompt").fill(PROMPT);
    await page.getByRole("button", { name: "Run", exact: false }).first().click();
    const exchange = page.getByRole("region", { name: "This session" }).getByRole("article").first();
    await expect(exchange).toContainText(expected);
    await expect(exchange).toContainText(/\d tokens?\b/, { timeout: 90_000 });
    await expect(active).toContainText(`Active: ${expected}`);
    const said = exchange.locator(".decision").first().locator(".bars, pre, .tokens");
    return (await said.allTextContents()).join("\n");
  };
  await expect(active).toContainText("nano · base");
  const base = await ask("nano · base");
  const loaded = graphs;
  await chooseGentle(page, "1.5");
  await expect(active).toContainText("from the next message on nano · gentle × 1.50");
  expect(await ask("nano · gentle × 1.50")).not.toBe(base);
  await adapterField(page).selectOption("Base");
  expect(await ask("nano · base")).toBe(base);
  await expect(page.getByRole("region", { name: "This session" }).getByRole("article").nth(1)).toContainText("gentle");
  expect(graphs).toBe(loaded);
});

test("a run with an adapter says so, outlives a reload, and travels as a link and as a bundle", async ({
  app,
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  await importGentle(page, app.url);
  await evaluate(page, app.url);
  await expect(page.getByTestId("adapter")).toContainText("gentle × 0.50");
  const said = await page.getByTestId("digest-tokens").textContent();
  await page.reload();
  await expect(page.getByTestId("adapter")).toContainText("gentle × 0.50");
  const bundle = await saved(page, page.getByRole("button", { name: "Bundle" }));
  await page.getByRole("button", { name: "Share link" }).click();
  const link = await page.getByTestId("share-link").inputValue();
  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "nano" })).toContainText("gentle × 0.50");

  await test.step("a link asks for the adapter, there and then", async () => {
    const other = await fresh(browser, link);
    await expect(other.getByTestId("link-adapter")).toContainText("not here");
    await expect(other.getByRole("button", { name: "Run" })).toBeDisabled();
    await give(other, adapterFiles({ lora_alpha: 9 }), "another");
    await expect(other.getByText("is another adapter")).toBeVisible();
    await expect(other.getByRole("button", { name: "Run" })).toBeDisabled();
    await give(other, GENTLE, "by another name");
    await expect(other.getByTestId("link-adapter")).toContainText("by another name");
    await other.getByRole("button", { name: "Run" }).click();
    await expect(other.getByTestId("verdict")).toContainText("Identical", { timeout: 90_000 });
    await other.context().close();
  });

  await test.step("a bundle brings it along", async () => {
    const other = await fresh(browser, `${app.url}#/history`);
    await other.getByLabel("Run file").setInputFiles(bundle);
    await expect(other.getByText("The run, its dataset and its adapter were imported.")).toBeVisible();
    await expect(other.getByTestId("adapter")).toContainText("gentle × 0.50");
    await expect(other.getByTestId("digest-tokens")).toHaveText(said ?? "");
    await other.getByRole("link", { name: "Models" }).click();
    const zip = await saved(other, other.getByRole("button", { name: "Export gentle" }));
    expect(zip.name).toBe("gentle.zip");
    expect(unzipped(zip.buffer)).toEqual(bytes(GENTLE));
    await other.context().close();
  });
});

test("what is on the page of models can be renamed, deleted, put back, and is kept once", async ({ app, page }) => {
  await importGentle(page, app.url);
  const zip = zipSync(Object.fromEntries(GENTLE.map(({ name, buffer }) => [`lora/${name}`, new Uint8Array(buffer)])));
  await give(page, [{ name: "again.zip", mimeType: "application/zip", buffer: Buffer.from(zip) }], "again");
  await expect(page.getByText("is here already, as gentle of nano")).toBeVisible();
  await expect(nano(page).getByRole("listitem")).toHaveCount(1);

  await page.getByRole("button", { name: "Rename gentle" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("soft");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("button", { name: "Delete soft" }).click();
  await expect(nano(page)).toContainText("None yet");
  await page.getByRole("link", { name: "Storage" }).click();
  await page.getByRole("button", { name: "Put back: The adapter soft" }).click();
  await expect(page.getByTestId("kept-adapters")).toHaveText("1");
  await page.getByRole("link", { name: "Models" }).first().click();
  await page.getByRole("button", { name: "Evaluate soft" }).click();
  await expect(adapterField(page)).not.toHaveValue("");
  await page.goto(`${app.url}#/models`);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("what cannot be used is refused in one sentence, and nothing of it is kept", async ({ app, page }) => {
  await page.goto(`${app.url}#/models`);
  await page.getByLabel("Files of an adapter").setInputFiles(GENTLE.slice(0, 1));
  await expect(page.getByRole("alert")).toContainText("lacks adapter_model.safetensors");
  for (const [change, sentence] of [
    [{ use_dora: true }, "The adapter gentle cannot be used: it is a DoRA adapter"],
    [{ lora_alpha: null }, "it has no lora_alpha in adapter_config.json"],
  ] as const) {
    await give(page, adapterFiles(change));
    await expect(page.getByRole("alert")).toContainText(sentence);
    await expect(page.getByRole("alert").getByRole("paragraph")).toHaveCount(1);
  }
  await expect(nano(page)).toContainText("None yet");
});
