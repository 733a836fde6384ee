import { readFile } from "node:fs/promises";
import { expect, test, type Page } from "./fixtures.ts";

async function evaluate(page: Page, model: string, samples: number): Promise<void> {
  await page.getByRole("radio", { name: model, exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill(String(samples));
  await page.getByRole("button", { name: "Run" }).click();
}

const headline = (page: Page) => page.getByRole("region", { name: "Headline" });

test("a run from the first page to its result, and it is still there afterwards", async ({ app, page }) => {
  await page.goto(app.url);
  await evaluate(page, "oracle", 6);
  await expect(page.getByRole("heading", { level: 1, name: "oracle" })).toBeVisible();
  await expect(headline(page)).toContainText("Correctness");
  await expect(page.getByTestId("metric-correctness")).toHaveText("100%");
  await expect(page.getByTestId("metric-tool_accuracy")).toHaveText("100%");

  const answers = page.getByRole("region", { name: "Answers" });
  await expect(answers.getByRole("button", { expanded: false })).toHaveCount(6);
  await answers.getByRole("button", { expanded: false }).first().click();
  await expect(answers.getByText("Decision", { exact: true }).first()).toBeVisible();
  await answers.getByLabel("Outcome").selectOption("wrong");
  await expect(answers).toContainText("No answer fits these filters.");

  const digest = await page.getByTestId("digest").textContent();
  await page.reload();
  await expect(page.getByTestId("digest")).toHaveText(digest ?? "");
  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "oracle" })).toHaveCount(1);
});

test("a deleted run can be had back", async ({ app, page }) => {
  await page.goto(app.url);
  await evaluate(page, "never-tool", 2);
  await expect(headline(page)).toBeVisible();
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: "Delete the run of never-tool" }).click();
  await expect(page.getByText("No runs yet")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "never-tool" })).toHaveCount(1);
});

test("cancelled in the middle, what was done is kept, and the rest can be run", async ({ app, page }) => {
  await page.goto(app.url);
  await page.getByLabel("Split").selectOption("all");
  await evaluate(page, "always-tool", 10);
  await page.waitForFunction(() => {
    const bar = document.querySelector("[role=progressbar][aria-label=Samples]");
    return Number(bar?.getAttribute("aria-valuenow")) > 0;
  });
  await page.keyboard.press("Escape");
  await expect(page.getByText("The run was cancelled")).toBeVisible();
  const kept = await page.getByRole("region", { name: "Answers" }).getByRole("heading").textContent();
  expect(Number(kept?.replace(/\D/g, ""))).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Continue" }).click();
  const heading = page.getByRole("region", { name: "Answers" }).getByRole("heading");
  await expect(heading).toHaveText(/Answers\s*10/, { timeout: 90_000 });
  await expect(page.getByText("The run was cancelled")).toHaveCount(0);
});

test("a link is read, waits for one click, and says whether the outcome is the same", async ({ app, page }) => {
  await page.goto(app.url);
  await evaluate(page, "random", 5);
  await page.getByRole("button", { name: "Share link" }).click();
  const link = await page.getByTestId("share-link").inputValue();
  expect(link).toContain("#/s/");
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("region", { name: "What this link does" })).toContainText("random");
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("verdict")).toContainText("Identical");
});

test("a damaged link is refused in one sentence", async ({ app, page }) => {
  for (const payload of ["x", "AAAA", "%00", "a".repeat(200_000)]) {
    await page.goto("about:blank");
    await page.goto(`${app.url}#/s/${payload}`);
    await expect(page.getByRole("alert")).toHaveCount(1);
    await expect(page.getByRole("alert")).not.toContainText("Something broke");
    await expect(page.getByRole("button", { name: "Run" })).toHaveCount(0);
  }
});

test("a dataset with mistakes is refused by row, and the old one stays chosen", async ({ app, page }) => {
  await page.goto(app.url);
  await expect(page.getByLabel("Split")).toBeVisible();
  const row = { id: "a", prompt: "p", optimal_tool: "none", reasoning: "", difficulty: "easy" };
  const buffer = Buffer.from(`${JSON.stringify(row)}\n`);
  await page.getByLabel("Dataset file").setInputFiles({ name: "mine.jsonl", mimeType: "application/jsonl", buffer });
  await expect(page.getByRole("alert")).toContainText("mine.jsonl, row 1");
  await expect(page.getByRole("alert")).toContainText("tool_use_v0 is still the chosen dataset");
  await expect(page.getByRole("button", { name: "Run" })).toBeEnabled();
});

test("a run goes out as a file and comes back in", async ({ app, page, browser }) => {
  await page.goto(app.url);
  await evaluate(page, "oracle", 3);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "run.json" }).click(),
  ]);
  const text = await readFile(await file.path(), "utf8");
  const other = await (await browser.newContext()).newPage();
  await other.goto(`${app.url}#/history`);
  await expect(other.getByText("No runs yet")).toBeVisible();
  const name = "run.json";
  const mimeType = "application/json";
  await other.getByLabel("Run file").setInputFiles({ name, mimeType, buffer: Buffer.from(text.slice(0, 500)) });
  await expect(other.getByRole("alert")).toHaveCount(1);
  await expect(other.getByRole("alert")).not.toContainText("Something broke");
  await other.getByLabel("Run file").setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  await other.getByRole("listitem").getByRole("link").click();
  await expect(headline(other)).toBeVisible();
  await other.context().close();
});

test("addresses that lead nowhere say so", async ({ app, page }) => {
  await page.goto(`${app.url}#/run/none`);
  await expect(page.getByRole("alert")).toContainText("not in this browser");
  await page.goto(`${app.url}#/nowhere`);
  await expect(page.getByRole("alert")).toContainText("no such page");
});

test("the chosen colours are remembered, and every page fits a narrow screen", async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(app.url);
  await page.getByRole("button", { name: /Colours/ }).click();
  await page.getByRole("button", { name: /Colours/ }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await evaluate(page, "always-tool", 4);
  await expect(headline(page)).toBeVisible();
  const result = new URL(page.url()).hash;
  for (const hash of [result, "#/", "#/history", "#/playground", "#/models"]) {
    await page.goto(`${app.url}${hash}`);
    await expect(page.getByRole("main")).not.toContainText("Opening");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), hash).toBeLessThanOrEqual(0);
  }
});
