import { SAMPLE } from "./file-sample.ts";
import { expect, test } from "./fixtures.ts";

// A sample's files, from a model's call through a Python program and back, as a person sees it: the oracle plays the calls.
test("a program finds the files that a model wrote, and what it writes is shown as a diff", async ({ app, page }) => {
  await page.goto(app.url);
  const [name, buffer] = ["files.jsonl", Buffer.from(`${JSON.stringify(SAMPLE)}\n`)];
  await page.getByLabel("Dataset file").setInputFiles({ name, mimeType: "application/jsonl", buffer });
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
