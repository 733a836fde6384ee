import AxeBuilder from "@axe-core/playwright";
import { startViewer } from "../data/formats/viewer.ts";
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

async function openImport(page: Page, url: string) {
  await page.goto(`${url}#/data`);
  await page.getByRole("button", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog");
  const first = dialog.getByRole("region", { name: "The first rows as samples" }).getByRole("listitem");
  const give = (label: string, name: string, text: string) =>
    dialog.getByLabel(label).setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  return { dialog, first, give };
}

/** What is hard to use, or sticks out of the dialog, wide and narrow, light and dark. */
async function faultsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
      const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
      const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      found.push(...bad.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${width} ${id}: ${target.join(" ")}`)));
    }
    const wide = await page.getByRole("dialog").evaluate((one) => one.scrollWidth > one.clientWidth);
    if (wide) found.push(`${width}: the dialog scrolls sideways`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return found;
}

test("a table with names of its own is mapped by hand, seen as samples, and imported", async ({ app, page }) => {
  const { dialog, first, give } = await openImport(page, app.url);
  const text = `Aufgabe,Loesung,Stufe,Rest\n"Was ist 12*12?",144,hard,r1\n"${"lang ".repeat(80)}",7,awful,r2\n`;
  await give("Dataset to import", "aufgaben.csv", text);
  await expect(dialog.getByText("The mapping has no prompt: say which column holds the question.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Import", exact: true })).toBeDisabled();
  await dialog.getByLabel("prompt comes from").selectOption("Aufgabe");
  await expect(first).toHaveText([/^Row 2.*Was ist 12\*12\?/s, /^Row 3.*lang lang/s]);
  await dialog.getByLabel("optimal_tool is always").selectOption("code_executor");
  await dialog.getByLabel("category is always").selectOption("execution_required");
  await dialog.getByLabel("ground_truth_output comes from").selectOption("Loesung");
  await expect(first.nth(0)).toContainText(/code_executor.*Execution required.*medium.*Answer: 144/s);
  await dialog.getByLabel("difficulty comes from").selectOption("Stufe");
  await expect(first.nth(1)).toContainText('difficulty: "awful" is not one of');
  await expect(dialog.getByText("1 of the first 2 rows can be read so.")).toBeVisible();
  await dialog.locator("summary", { hasText: "More fields" }).click();
  await dialog.getByLabel("topic comes from").selectOption("always …");
  await dialog.getByLabel("topic is always").fill("mal");
  await dialog.getByLabel("check comes from").selectOption("always …");
  await dialog.getByLabel("check is always").fill("{oops");
  await dialog.getByLabel("check is always").blur();
  await expect(dialog.getByText(/^this is not JSON/)).toBeVisible();
  await dialog.getByLabel("check is always").fill('{"kind": "numeric"}');
  await dialog.getByLabel("check is always").blur();
  await expect(first.nth(0)).toContainText("Was ist 12*12?");
  await expect(dialog.getByText("Kept on the samples beside their fields: Rest")).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);

  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByText("1 row cannot be read; nothing was imported yet")).toBeVisible();
  await dialog.getByLabel("difficulty comes from").selectOption("always …");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(rows(page)).toHaveCount(2);
  await rows(page).first().click();
  const row = page.getByRole("region", { name: /^Row / });
  await expect(row.getByRole("textbox", { name: "topic" })).toHaveValue("mal");
  await expect(row).toContainText("numeric");
});

test("rows of BFCL's form are joined with a file of answers", async ({ app, page }) => {
  const ask = (id: string, content: string) => ({
    id,
    question: [[{ role: "user", content }]],
    function: [
      {
        name: "bell.ring",
        description: "Rings a bell.",
        parameters: { type: "dict", properties: { times: { type: "integer", description: "How often." } } },
      },
    ],
  });
  const lines = (list: object[]) => list.map((one) => JSON.stringify(one)).join("\n");
  const { dialog, first, give } = await openImport(page, app.url);
  await give("Dataset to import", "bells.json", lines([ask("s_1", "Ring twice."), ask("s_2", "Ring once.")]));
  await expect(dialog.getByLabel("Form of the rows")).toHaveValue("bfcl");
  await expect(first.nth(0)).toContainText("there is no answer for s_1: give BFCL's file of possible answers, too");
  await give("Answers, joined by id", "wrong.json", lines([{ ground_truth: [] }]));
  await expect(dialog.getByText("wrong.json, row 1: there is no id.")).toBeVisible();
  const answer = (id: string, times: number) => ({ id, ground_truth: [{ "bell.ring": { times: [times] } }] });
  await give("Answers, joined by id", "answers.json", lines([answer("s_2", 1), answer("s_1", 2)]));
  await expect(first.nth(0)).toContainText(/bell\.ring.*Ring twice\..*Answer: bell\.ring\(\{"times":2\}\)/s);
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("link", { name: "Data", exact: true }).first().click();
  await expect(page.getByText("bells.json, answers from answers.json")).toBeVisible();
});

test("a dataset of the hub is looked at, given up half-way, and imported", async ({ app, page }) => {
  const viewer = await startViewer(250, (i) => ({ row: { question: `What is ${i} + 1?`, answer: `${i + 1}` } }));
  try {
    const { dialog, first } = await openImport(page, app.url);
    await dialog.getByLabel("The Hugging Face hub").check();
    await expect(dialog.getByText(/^This asks huggingface\.co/)).toBeVisible();
    await dialog.getByLabel("Dataset", { exact: true }).fill("a/b");
    await dialog.getByText(/^More: config/).click();
    await dialog.getByLabel("Address of the rows API").fill(viewer.base);
    await dialog.getByLabel("Split", { exact: true }).fill("dev");
    await dialog.getByRole("button", { name: "Look at the rows" }).click();
    await expect(dialog.getByText("a/b has no dev: it has main/train, main/test.")).toBeVisible();
    await dialog.getByLabel("Split", { exact: true }).fill("test");
    await dialog.getByLabel("Rows, at most").fill("150");
    await dialog.getByRole("button", { name: "Look at the rows" }).click();
    await expect(first).toHaveCount(5);
    await expect(first.nth(0)).toContainText(/What is 0 \+ 1\?.*Answer: 1/s);

    viewer.silentFrom = 100;
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(dialog.getByRole("progressbar", { name: "Import" })).toHaveAttribute(
      "aria-valuetext",
      "67%, 100 rows",
    );
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog.getByRole("progressbar")).toHaveCount(0);
    await expect(dialog.getByRole("alert")).toHaveCount(0);
    await expect(first).toHaveCount(5);

    viewer.silentFrom = Infinity;
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("150 rows", { exact: true }).first()).toBeVisible();
    await page.getByRole("link", { name: "Data", exact: true }).first().click();
    await expect(page.getByText(/: a\/b, config main, split test, at most 150 rows$/)).toBeVisible();
  } finally {
    await viewer.stop();
  }
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
        await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const found = bad.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
        expect(found, `${view} ${width} ${colorScheme}`).toEqual([]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view).toBe(true);
    }
  }
});
