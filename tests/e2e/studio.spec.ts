import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "./fixtures.ts";

const rows = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("gridcell") });

async function openPublished(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/data`);
  await page.getByRole("link", { name: "Open tool_use_v0", exact: true }).last().click();
  await expect(rows(page).nth(3)).toBeVisible();
}

test("rows are found, opened by their address, edited, undone, and kept when the tab is closed", async ({
  app,
  page,
}) => {
  await openPublished(page, app.url);
  await page.getByRole("searchbox").fill("label:none difficulty:hard");
  await expect(page.getByText("of 360 rows")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("label:none difficulty:hard");
  await expect(page.getByText("of 360 rows")).toBeVisible();
  await rows(page).first().click();
  const row = page.getByRole("region", { name: /^Row / });
  const topic = row.getByRole("textbox", { name: "topic" });
  await expect(page).toHaveURL(/#\/data\/[0-9a-f]{64}\/\d+\?/);

  const prompt = row.getByRole("textbox", { name: /^prompt/ });
  await prompt.fill("");
  await expect(row.getByText("empty", { exact: true })).toBeVisible();
  await topic.fill("ducks");
  const draft = page.getByRole("region", { name: "Draft" });
  await expect(draft).toContainText("1 row changed");
  await page.reload();
  await expect(topic).toHaveValue("ducks");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(draft).not.toContainText("changed");
});

test("labels are set by keys and saved as a version with its parent, which can be compared", async ({ app, page }) => {
  await openPublished(page, app.url);
  await page.keyboard.press("h");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("region", { name: "Draft" })).toContainText("2 of 360 labelled");
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("region", { name: "Draft" })).toContainText("1 of 360 labelled");
  await page.keyboard.press("Control+Shift+Z");
  await page.getByRole("button", { name: "Save as a new version…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("tool_use_v0");
  await expect(dialog.getByText(/published dataset, which never changes/)).toBeVisible();
  await dialog.getByLabel("Name").fill("mine");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { name: "mine" })).toBeVisible();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByLabel("Compare with").selectOption({ index: 1 });
  await expect(page.getByRole("button", { name: "2 changed" })).toBeVisible();
  await page.getByRole("button", { name: /flagged$/ }).click();
  await expect(page.getByRole("region", { name: "flagged" }).locator("ins")).toHaveText("true");

  await page.getByRole("link", { name: "Data", exact: true }).first().click();
  await page.getByRole("button", { name: "Delete mine" }).click();
  await expect(page.getByText("No datasets of yours yet")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("link", { name: "mine", exact: true }).click();
  await page.getByRole("button", { name: "Evaluate on this" }).click();
  await expect(page.getByRole("region", { name: "Dataset" })).toContainText("mine");
});

test("a file with a bad row is told, and what is good of it is imported when that is asked", async ({ app, page }) => {
  await page.goto(`${app.url}#/data`);
  await page.getByRole("button", { name: "Import…" }).click();
  const good = {
    id: "a",
    prompt: "<img src=x onerror=alert(1)>",
    optimal_tool: "none",
    reasoning: "",
    difficulty: "easy",
  };
  const rest = { category: "ambiguous", ground_truth_output: "x", alternative_tools: [] };
  const text = [
    { ...good, ...rest },
    { ...good, ...rest, id: "b", difficulty: "awful" },
  ];
  const buffer = Buffer.from(text.map((row) => JSON.stringify(row)).join("\n"));
  await page.getByLabel("Dataset to import").setInputFiles({ name: "f.jsonl", mimeType: "application/jsonl", buffer });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText(/f\.jsonl, row 2, field difficulty: "awful" is not one of/)).toBeVisible();
  await page.getByRole("button", { name: "Import the 1 good row" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("<img src=x onerror=alert(1)>");
});

test("every view can be read and used by everybody, in light and dark, wide and narrow", async ({ app, page }) => {
  test.setTimeout(240_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openPublished(page, app.url);
  await rows(page).first().click();
  const address = page.url().replace(/\?.*$/, "");
  for (const view of ["rows", "plots", "compare", "trust", "card"]) {
    await page.goto(`${address}?view=${view}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(
      page.getByText(/^(Reading the rows|Counting|Checking the rows|Opening)/).filter({ visible: true }),
    ).toHaveCount(0);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const found = bad.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
        expect(found, `${view} ${width} ${colorScheme}`).toEqual([]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view).toBe(true);
    }
  }
});
