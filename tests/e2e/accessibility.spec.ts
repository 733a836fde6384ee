import AxeBuilder from "@axe-core/playwright";
import { adapterFiles } from "./adapter-files.ts";
import { expect, test, type Page } from "./fixtures.ts";

const serious = ({ violations }: Awaited<ReturnType<AxeBuilder["analyze"]>>) =>
  violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));

/** What axe calls serious or worse, by rule and place; of the dark page, what depends on colours. */
async function violations(page: Page): Promise<{ light: string[]; dark: string[] }> {
  await page.emulateMedia({ colorScheme: "light" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  const light = serious(await new AxeBuilder({ page }).analyze());
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = serious(await new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]).analyze());
  return { light, dark };
}
const NONE = { light: [], dark: [] };

test("every page can be read and used by everybody, light and dark", async ({ app, page }) => {
  await page.goto(app.url);
  await expect(page.getByLabel("Split")).toBeVisible();
  await page.getByText("Advanced").click();
  expect(await violations(page)).toEqual(NONE);

  // By the keyboard: it may lie below the page's header, where no pointer reaches it.
  await page.getByRole("radio", { name: "always-tool" }).press("Space");
  await page.getByLabel("Samples", { exact: true }).fill("4");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("region", { name: "Headline" })).toBeVisible();
  await page.getByRole("region", { name: "Answers" }).getByRole("button", { expanded: false }).first().click();
  await expect(page.locator("figure svg").first()).toBeVisible();
  expect(await violations(page)).toEqual(NONE);

  await page.getByRole("button", { name: "Share link" }).click();
  const link = await page.getByTestId("share-link").inputValue();
  await page.goto(`${app.url}#/models`);
  await page.getByLabel("Files of an adapter").setInputFiles(adapterFiles());
  await expect(page.getByLabel("Name")).toBeFocused();
  expect(await violations(page)).toEqual(NONE);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Evaluate adapter" }).click();
  await expect(page.getByLabel("Strength")).toBeVisible();
  expect(await violations(page)).toEqual(NONE);
  for (const hash of ["#/history", "#/storage", "#/models", "#/playground", new URL(link).hash, "#/run/none"]) {
    await page.goto(`${app.url}${hash}`);
    await expect(page.getByRole("main")).not.toContainText("Opening");
    await expect(page.getByRole("main").locator("h1, [role=alert]").first()).toBeVisible();
    expect(await violations(page), hash).toEqual(NONE);
  }
});

test("the keyboard reaches the run button, starts and cancels a run", async ({ app, page }) => {
  await page.goto(app.url);
  await expect(page.getByLabel("Split")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  const run = page.getByRole("button", { name: "Run" });
  for (let i = 0; i < 40 && !(await run.evaluate((node) => node === document.activeElement)); i++) {
    await page.keyboard.press("Tab");
  }
  await expect(run).toBeFocused();
  await page.getByRole("radio", { name: "always-tool" }).check({ force: true });
  await page.getByLabel("Split").selectOption("all");
  await page.getByLabel("Samples", { exact: true }).fill("60");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("progressbar", { name: "Samples" })).toHaveAttribute("aria-valuenow", /^[1-9]/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
});
