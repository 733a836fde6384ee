import { readFile } from "node:fs/promises";
import type { Browser, Download, Locator } from "@playwright/test";
import { expect, test, type Page } from "./fixtures.ts";

// Written with spaces, as other programs write it: its hash is not that of the same rows as this app writes them.
const ROWS = [1, 2]
  .map((i) => ({
    id: `mine-${i}`,
    prompt: `What is ${i} plus 2?`,
    optimal_tool: "none",
    reasoning: "",
    difficulty: "easy",
    category: "pure_reasoning",
    ground_truth_output: `${i + 2}`,
    alternative_tools: [],
    gold_answer: `${i + 2}`,
  }))
  .map((row) => `${JSON.stringify(row).replaceAll('":', '": ')}\n`)
  .join("");
const NAME = "mine.jsonl";

/** Runs the oracle on a dataset from a file; returns the run's digest. */
async function evaluate(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await expect(page.getByLabel("Split")).toBeVisible();
  await page.getByLabel("Dataset file").setInputFiles({ name: NAME, mimeType: "", buffer: Buffer.from(ROWS) });
  await expect(page.getByRole("region", { name: "Dataset" })).toContainText(/\b2 samples/);
  await page.getByRole("radio", { name: "oracle", exact: true }).check({ force: true });
  await page.getByRole("button", { name: "Run" }).click();
  return digest(page);
}

async function digest(page: Page): Promise<string> {
  await expect(page.getByTestId("digest")).toBeVisible();
  return (await page.getByTestId("digest-tokens").textContent()) ?? "";
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

const trash = (page: Page) => page.getByRole("region", { name: "Trash" });

test("everything is saved in one browser and found again in a fresh one", async ({ app, page, browser }) => {
  const said = await evaluate(page, app.url);
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("link", { name: "Storage" }).click();
  await expect(page.getByTestId("kept-runs")).toHaveText("1");
  await expect(page.getByTestId("kept-datasets")).toHaveText("1");
  await expect(page.getByRole("meter", { name: "Storage used" })).toBeVisible();
  await expect(page.getByRole("navigation").locator("[aria-current]")).toHaveCount(0);
  const everything = await saved(page, page.getByRole("button", { name: "Save everything" }));
  expect(everything.name).toMatch(/^agentcoder-\d{4}-\d\d-\d\d\.jsonl\.gz$/);

  const other = await fresh(browser, `${app.url}#/storage`);
  await expect(other.getByText("The trash is empty")).toBeVisible();
  const input = other.getByLabel("File with everything");
  await input.setInputFiles({ ...everything, buffer: everything.buffer.subarray(0, 200) });
  await expect(other.getByRole("alert")).toHaveCount(1);
  await expect(other.getByRole("alert")).not.toContainText("Something broke");
  await input.setInputFiles(everything);
  await expect(other.getByText("Added: 1 run, 1 dataset.")).toBeVisible();
  await expect(other.getByTestId("kept-runs")).toHaveText("1");
  await other.getByRole("radio", { name: /Replace what is here/ }).check();
  await input.setInputFiles(everything);
  await expect(other.getByRole("button", { name: "Keep what is here" })).toBeFocused();
  await other.getByRole("button", { name: "Replace everything" }).click();
  await expect(other.getByText("Here now: 1 run, 1 dataset.")).toBeVisible();

  await other.getByRole("link", { name: "Datasets" }).click();
  await expect(other.getByRole("link", { name: NAME, exact: true })).toBeVisible();
  await other.getByRole("link", { name: "History" }).first().click();
  await other.getByRole("listitem").filter({ hasText: "oracle" }).getByRole("link").click();
  expect(await digest(other)).toBe(said);
  await other.getByRole("region", { name: "Answers" }).getByRole("button", { expanded: false }).first().click();
  await expect(other.getByText("What is 1 plus 2?").first()).toBeVisible();
  await other.context().close();
});

test("what was deleted is put back from the trash, or goes for good", async ({ app, page }) => {
  const said = await evaluate(page, app.url);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("link", { name: "Storage" }).click();
  await expect(trash(page)).toContainText("oracle");
  await trash(page).getByRole("button", { name: "Put back: The run of oracle" }).click();
  await expect(trash(page)).toContainText("The trash is empty");
  await expect(trash(page).getByRole("heading")).toBeFocused();
  await page.getByRole("button", { name: "Show it" }).click();
  expect(await digest(page)).toBe(said);

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("link", { name: "Storage" }).click();
  await trash(page).getByRole("button", { name: "Empty the trash…" }).press("Enter");
  await expect(trash(page).getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(trash(page)).toContainText("oracle");
  await trash(page).getByRole("button", { name: "Empty the trash…" }).click();
  await trash(page).getByRole("button", { name: "Delete it for good" }).click();
  await expect(trash(page)).toContainText("The trash is empty");
  await page.goto(`${app.url}#/data`);
  await page.getByRole("button", { name: `Delete ${NAME}` }).click();
  await page.getByRole("link", { name: "Storage" }).click();
  await expect(trash(page)).toContainText(NAME);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(trash(page)).toContainText("The trash is empty");
  await expect(page.getByTestId("kept-datasets")).toHaveText("1");
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("a bundle opens in a fresh browser with the same digest, and a damaged one is told in one sentence", async ({
  app,
  page,
  browser,
}) => {
  const said = await evaluate(page, app.url);
  const bundle = await saved(page, page.getByRole("button", { name: "Bundle" }));
  expect(bundle.name).toMatch(/\.agentcoder$/);

  const other = await fresh(browser, `${app.url}#/history`);
  const input = other.getByLabel("Run file");
  const damaged = Buffer.from(bundle.buffer);
  damaged[Math.floor(damaged.length / 2)]! ^= 1;
  for (const [buffer, sentence] of [
    [damaged, "in this bundle is not as it was packed"],
    [damaged.subarray(0, 100), "it is not a zip, or it was cut off"],
  ] as const) {
    await input.setInputFiles({ ...bundle, buffer });
    await expect(other.getByRole("alert")).toContainText(sentence);
    await expect(other.getByRole("alert").getByRole("paragraph")).toHaveCount(1);
  }
  await expect(other.getByText("No runs yet")).toBeVisible();

  // Dropped rather than chosen.
  const files = await other.evaluateHandle(
    ([base64, called]) => {
      const bytes = Uint8Array.from(atob(base64!), (char) => char.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], called!));
      return transfer;
    },
    [bundle.buffer.toString("base64"), bundle.name],
  );
  await other.getByRole("main").dispatchEvent("dragover", { dataTransfer: files });
  await expect(other.getByText("Drop a run.json")).toBeVisible();
  await other.getByRole("main").dispatchEvent("drop", { dataTransfer: files });
  await expect(other).toHaveURL(/#\/run\//);
  expect(await digest(other)).toBe(said);
  await expect(other.getByText("shown from a copy of its rows")).toBeVisible();
  await other.getByRole("region", { name: "Answers" }).getByRole("button", { expanded: false }).first().click();
  await expect(other.getByText("What is 1 plus 2?").first()).toBeVisible();
  await other.context().close();
});
