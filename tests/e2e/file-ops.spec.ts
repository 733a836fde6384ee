import { SAMPLE } from "./file-sample.ts";
import { expect, test } from "./fixtures.ts";

const FILE = {
  name: "files.jsonl",
  mimeType: "application/jsonl",
  buffer: Buffer.from(`${JSON.stringify(SAMPLE)}\n`),
};

// A sample's files, from a model's call through a Python program and back, as a person sees it: the oracle plays the calls.
test("a program finds the files that a model wrote, and what it writes is shown as a diff", async ({ app, page }) => {
  await page.goto(app.url);
  await page.getByLabel("Dataset file").setInputFiles(FILE);
  await page.getByRole("radio", { name: "oracle", exact: true }).check({ force: true });
  // The dataset's labels call for it, so reading the file ticks it.
  await expect(page.getByRole("checkbox", { name: "file_ops" })).toBeChecked();
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("metric-correctness")).toHaveText("100%");
  const answers = page.getByRole("region", { name: "Answers" });
  await answers.getByRole("button", { expanded: false }).first().click();
  await expect(answers.getByLabel("Output of file_ops").last()).toHaveText("7");
  await expect(answers.getByRole("region", { name: "data/n.txt: new" })).toHaveText(/\+3\s*\+4/);
  await expect(answers.getByRole("region", { name: "data/sum.txt: new" })).toHaveText(/\+7/);
});

test("a file chosen while the app's own dataset still loads stays chosen", async ({ app, page }) => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/tool_use_v0/data.jsonl", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(app.url);
  await page.getByLabel("Dataset file").setInputFiles(FILE);
  await expect(page.getByRole("checkbox", { name: "file_ops" })).toBeChecked();
  const late = page.waitForResponse("**/tool_use_v0/data.jsonl");
  letGo();
  await (await late).finished();
  // Reading the late one takes a moment, in which it must change nothing.
  await page.waitForTimeout(1000);
  await expect(page.getByRole("combobox", { name: "Dataset" }).locator("option:checked")).toHaveText("files.jsonl");
  await expect(page.getByRole("checkbox", { name: "file_ops" })).toBeChecked();
});
