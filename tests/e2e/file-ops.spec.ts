import { expect, test } from "./fixtures.ts";

// A sample's files, from a model's call through a Python program and back, as a person sees it: the oracle plays the calls.
const call = (name: string, given: Record<string, string>) => ({ name, arguments: given });
const SUM = "numbers = [int(line) for line in open('data/n.txt')]\nopen('data/sum.txt', 'w').write(str(sum(numbers)))";
const SAMPLE = {
  id: "files",
  prompt: "Write 3 and 4 into data/n.txt, sum them up into data/sum.txt, and say the sum.",
  optimal_tool: "file_ops",
  reasoning: "",
  difficulty: "easy",
  category: "multi_step",
  ground_truth_output: "7",
  alternative_tools: [],
  gold_answer: "7",
  gold_calls: [
    call("file_ops", { operation: "write", path: "data/n.txt", content: "3\n4\n" }),
    call("code_executor", { code: SUM }),
    call("file_ops", { operation: "read", path: "data/sum.txt" }),
  ],
};

test("a program finds the files that a model wrote, and what it writes is shown as a diff", async ({ app, page }) => {
  await page.goto(app.url);
  const [name, buffer] = ["files.jsonl", Buffer.from(`${JSON.stringify(SAMPLE)}\n`)];
  await page.getByLabel("Dataset file").setInputFiles({ name, mimeType: "application/jsonl", buffer });
  await page.getByRole("radio", { name: "oracle", exact: true }).check({ force: true });
  await page.getByRole("checkbox", { name: "file_ops" }).check();
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("metric-correctness")).toHaveText("100%");
  const answers = page.getByRole("region", { name: "Answers" });
  await answers.getByRole("button", { expanded: false }).first().click();
  await expect(answers.getByLabel("Output of file_ops").last()).toHaveText("7");
  await expect(answers.getByRole("region", { name: "data/n.txt: new" })).toHaveText(/\+3\s*\+4/);
  await expect(answers.getByRole("region", { name: "data/sum.txt: new" })).toHaveText(/\+7/);
});
