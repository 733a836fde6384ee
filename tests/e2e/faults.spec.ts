import { expect, test, type Page } from "./fixtures.ts";

// What goes wrong on purpose, and what calls cost: asked for on one page, seen on another, kept with the run.
const faultsField = (page: Page, name: string) =>
  page.getByRole("group", { name: "Faults in tool calls, in % of calls" }).getByLabel(name, { exact: true });

test("faults are put in, marked in the transcript, and part of a link", async ({ app, page }) => {
  await page.goto(app.url);
  await page.getByRole("radio", { name: "always-tool", exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill("4");
  await page.getByText("Advanced", { exact: true }).click();
  await faultsField(page, "Error").fill("60");
  await faultsField(page, "Timeout").fill("60");
  await expect(page.getByText("Faults are from 0 to 100 %, all together.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Run" })).toBeDisabled();
  await faultsField(page, "Timeout").fill("");
  await faultsField(page, "Error").fill("100");
  await page.getByRole("button", { name: "Run" }).click();

  const calls = page.getByRole("region", { name: "Tool calls", exact: true });
  const row = calls.getByRole("row", { name: /code_executor/ });
  await expect(row.getByRole("cell").nth(1)).toHaveText("4");
  await expect(row.getByRole("cell").nth(2)).toHaveText("4");
  const answers = page.getByRole("region", { name: "Answers" });
  await answers.getByRole("button", { expanded: false }).first().click();
  await expect(answers.getByText("put in: error").first()).toBeVisible();

  await page.getByRole("button", { name: "Share link" }).click();
  const link = await page.getByTestId("share-link").inputValue();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("region", { name: "What this link does" })).toContainText("error=1");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("verdict")).toContainText("Identical");
});

test("what a call costs is typed on the result's page, added up, and kept", async ({ app, page }) => {
  await page.goto(app.url);
  await page.getByRole("radio", { name: "always-tool", exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill("4");
  await page.getByRole("button", { name: "Run" }).click();
  const calls = page.getByRole("region", { name: "Tool calls", exact: true });
  await expect(calls).toContainText("Say what a call costs");
  const cost = calls.getByLabel("Cost of a call of code_executor");
  await cost.fill("0.25");
  await cost.press("Tab");
  await expect(
    calls
      .getByRole("row", { name: /code_executor/ })
      .getByRole("cell")
      .last(),
  ).toHaveText("1");
  await expect(calls).toContainText("1 in all");
  await cost.fill("-3");
  await cost.press("Tab");
  await expect(cost).toHaveValue("0.25");
  await page.reload();
  await expect(cost).toHaveValue("0.25");
  await expect(calls).toContainText("1 in all");
});
