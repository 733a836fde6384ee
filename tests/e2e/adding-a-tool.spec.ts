import AxeBuilder from "@axe-core/playwright";
import { defaultConfig } from "../../src/evaluation/config.ts";
import type { RunConfig } from "../../src/protocol/index.ts";
import { toolsOfGuide, type GuideTool } from "../docs/tool-guide.ts";
import { expect, test, type Page } from "./fixtures.ts";

// docs/adding_a_tool.md, typed into the page as it stands, and what becomes of a tool there.
test.describe.configure({ timeout: 240_000 });

const [postage, checkDigit] = toolsOfGuide() as [GuideTool, GuideTool];
const editor = (page: Page) => page.getByRole("dialog");
const add = (page: Page) => page.getByRole("button", { name: "Add a tool of your own…" }).click();

/** Types a tool's fields as the guide has them. */
async function type(page: Page, { tool, parameters, trial }: GuideTool): Promise<void> {
  const dialog = editor(page);
  await dialog.getByLabel("Name", { exact: true }).fill(tool.name);
  await dialog
    .getByLabel("Language of the body")
    .selectOption({ label: tool.language === "python" ? "Python" : "JavaScript" });
  await dialog.getByLabel("Description").fill(tool.description);
  await dialog.getByLabel("Parameters").fill(parameters);
  await dialog.getByLabel("Body", { exact: true }).fill(tool.body);
  await dialog.getByLabel("Arguments to try it with").fill(trial);
}

for (const guided of [postage, checkDigit]) {
  const { tool, result } = guided;
  test(`the guide's tool in ${tool.language} can be written, tried, kept, changed, deleted and had back`, async ({
    app,
    page,
  }) => {
    await page.goto(app.url);
    await add(page);
    await type(page, guided);
    await editor(page).getByRole("button", { name: "Try it" }).click();
    await expect(page.getByTestId("trial")).toContainText(result, { timeout: 120_000 });
    await editor(page).getByRole("button", { name: "Save" }).click();
    await expect(editor(page)).toHaveCount(0);
    await expect(page.getByRole("checkbox", { name: tool.name })).toBeChecked();

    await page.reload();
    await expect(page.getByRole("checkbox", { name: tool.name })).not.toBeChecked();
    await page.getByRole("button", { name: `Edit ${tool.name}` }).click();
    await expect(editor(page).getByLabel("Description")).toHaveValue(tool.description);
    await editor(page).getByLabel("Name", { exact: true }).fill("renamed");
    await editor(page).getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("checkbox", { name: "renamed" })).toBeChecked();
    await expect(page.getByRole("checkbox", { name: tool.name })).toHaveCount(0);

    await page.getByRole("button", { name: "Edit renamed" }).click();
    await editor(page).getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("checkbox", { name: "renamed" })).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("checkbox", { name: "renamed" })).toBeVisible();
  });
}

test("the editor says what is wrong while it is typed, and works by keyboard", async ({ app, page }) => {
  await page.goto(app.url);
  await add(page);
  const dialog = editor(page);
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await dialog.getByRole("button", { name: "JavaScript", exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
  await dialog.getByLabel("Parameters").fill('{"type": "object", "properties": {"text": {"pattern": "a"}}}');
  await expect(dialog).toContainText('text: "pattern" is not understood here');
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Parameters").fill('{"type": "object", "properties": {"text": {"type": "string"}}}');
  await dialog.getByLabel("Arguments to try it with").fill('{"text": 7}');
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("trial")).toContainText("parameter text must be a string");
  // The page below must not have heard the key.
  await expect(page.getByRole("progressbar", { name: "Samples" })).toHaveCount(0);
  await dialog.getByLabel("Arguments to try it with").fill('{"text": "two words"}');
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("trial")).toContainText("2");
  await dialog.getByLabel("Name", { exact: true }).fill("code_executor");
  await expect(dialog).toContainText('The name "code_executor" is taken');
  await dialog.getByRole("button", { name: "Close without saving" }).click();
  await expect(dialog).toHaveCount(0);
  await add(page);
  await expect(editor(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor(page)).toHaveCount(0);
});

test("a body that is no JavaScript, or never ends, is told as the model would be told", async ({ app, page }) => {
  await page.goto(app.url);
  await add(page);
  await editor(page).getByRole("button", { name: "JavaScript", exact: true }).click();
  const body = editor(page).getByLabel("Body", { exact: true });
  await body.fill("return (;");
  await editor(page).getByRole("button", { name: "Try it" }).click();
  await expect(page.getByTestId("trial")).toContainText(/SyntaxError: .*\(line 1\)/);
  await body.fill("for (;;);");
  await editor(page).getByRole("button", { name: "Try it" }).click();
  await expect(page.getByTestId("trial")).toContainText("TimeoutError", { timeout: 30_000 });
});

test("the Playground offers the same tools, and its form is not sent by the editor's keys", async ({ app, page }) => {
  await page.goto(`${app.url}#/playground`);
  await page.getByLabel("Prompt").fill("Hello");
  await add(page);
  await editor(page).getByRole("button", { name: "Python", exact: true }).click();
  await editor(page).getByLabel("Name", { exact: true }).press("Enter");
  await expect(page.getByRole("checkbox", { name: "word_count" })).toBeChecked();
  await expect(page.getByText("Nothing was asked yet")).toBeVisible();
  await page.getByRole("link", { name: "Evaluate" }).click();
  await expect(page.getByRole("checkbox", { name: "word_count" })).toBeVisible();
});

test("a run lists and shares a tool of one's own; its link shows the code before it runs, and agrees", async ({
  app,
  page,
}) => {
  await page.goto(app.url);
  await add(page);
  await type(page, checkDigit);
  await editor(page).getByRole("button", { name: "Save" }).click();
  await page.getByRole("radio", { name: "random", exact: true }).press("Space");
  await page.getByLabel("Samples", { exact: true }).fill("6");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("region", { name: "Headline" })).toBeVisible({ timeout: 120_000 });
  await page.getByRole("button", { name: "Share link" }).click();
  const link = await page.getByTestId("share-link").inputValue();
  await page.goto("about:blank");
  await page.goto(link);
  const brought = page.getByRole("region", { name: "Tools that come with this link" });
  await expect(brought).toContainText("brings 1 tool of its own");
  await expect(brought).toContainText("const digits = [...args.number");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByTestId("verdict")).toContainText("Identical", { timeout: 120_000 });
});

test("a run calls tools of one's own, and its model is shown what they give", async ({ headlessPage }) => {
  const tools = [postage, checkDigit];
  const rows = tools.map(({ tool, trial, result }) => ({
    id: tool.name,
    prompt: `Use ${tool.name}.`,
    optimal_tool: tool.name,
    reasoning: "",
    difficulty: "easy",
    category: "execution_required",
    ground_truth_output: result,
    alternative_tools: [],
    gold_answer: result,
    gold_calls: [{ name: tool.name, arguments: JSON.parse(trial) as Record<string, unknown> }],
  }));
  const config: RunConfig = {
    ...defaultConfig("oracle"),
    dataset: "mine.jsonl",
    split: "all",
    tools: tools.map(({ tool }) => tool.name),
    userTools: tools.map(({ tool }) => tool),
  };
  const file = { name: "mine.jsonl", text: rows.map((row) => `${JSON.stringify(row)}\n`).join("") };
  const reply = await headlessPage.evaluate(([asked, given]) => window.agentcoder.baseline(asked, { file: given }), [
    config,
    file,
  ] as const);
  if (!("ok" in reply)) throw new Error(reply.error);
  const { results, metrics } = reply.ok[0]!.run;
  const given = results.map(({ sample_id, transcript }) => [
    sample_id,
    ...transcript.flatMap((event) => (event.type === "tool_result" ? [event.output.trim(), event.error] : [])),
  ]);
  expect(new Map(given.map(([id, ...rest]) => [id, rest]))).toEqual(
    new Map(tools.map(({ tool, result }) => [tool.name, [result, null]])),
  );
  expect([metrics["correctness"]?.value, metrics["tool_accuracy"]?.value]).toEqual([1, 1]);
});

test("the editor can be used by everybody, on a narrow screen too, light and dark", async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(app.url);
  await add(page);
  await editor(page).getByRole("button", { name: "JavaScript", exact: true }).click();
  await editor(page).getByLabel("Parameters").fill("{");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    expect((await new AxeBuilder({ page }).analyze()).violations, colorScheme).toEqual([]);
  }
  expect(await editor(page).evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
});
