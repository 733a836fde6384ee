import { EXAMPLES } from "../../src/app/playground/examples.ts";
import { expect, test, type Page } from "./fixtures.ts";

// Each program starts Python: seconds on a quiet machine, many on a busy one.
test.describe.configure({ timeout: 240_000 });

const cell = (page: Page) => page.getByRole("region", { name: "Python cell" });
const editor = (page: Page) => cell(page).getByLabel("Program", { exact: true });
const result = (page: Page) => cell(page).getByRole("region", { name: "Result of the cell" });
const runButton = (page: Page) => cell(page).getByRole("button", { name: "Run cell" });
const output = (page: Page, label: string) => result(page).getByRole("region", { name: label, exact: true });

async function open(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/playground`);
  await expect(editor(page)).toBeVisible();
}

/** Runs a program to its end. */
async function execute(page: Page, code: string): Promise<void> {
  await editor(page).fill(code);
  await runButton(page).click();
  await expect(runButton(page)).toBeVisible({ timeout: 90_000 });
}

async function example(page: Page, title: string): Promise<void> {
  await cell(page).getByRole("button", { name: title, exact: true }).click();
  await expect(editor(page)).toHaveValue(EXAMPLES.find((one) => one.title === title)?.code ?? "");
  await runButton(page).click();
  await expect(runButton(page)).toBeVisible({ timeout: 90_000 });
}

test("a program's print, value, traceback and files are shown, each as text", async ({ app, page }) => {
  await open(page, app.url);
  await editor(page).fill("print('<b id=pwned>x</b>')\n[1, '<img src=x>']");
  await editor(page).press("Control+Enter");
  await expect(output(page, "Printed")).toHaveText("<b id=pwned>x</b>", { timeout: 90_000 });
  await expect(output(page, "Value")).toHaveText("[1, '<img src=x>']");
  await expect(page.locator("#pwned, main img")).toHaveCount(0);
  // The page asks the model by the same keys: not from here.
  await expect(page.getByRole("region", { name: "This session" })).toContainText("Nothing was asked yet");

  await execute(page, "def f():\n    return 1 / 0\nf()");
  await expect(result(page)).toContainText("failed");
  await expect(output(page, "Traceback")).toContainText("in f\n    return 1 / 0");
  await expect(output(page, "Traceback")).toContainText("ZeroDivisionError: division by zero");

  await execute(page, "import os\nos.makedirs('data')\nopen('data/<i>.txt', 'w').write('abc' * 10)");
  await expect(result(page)).toContainText("1 file written");
  const file = result(page).getByText("data/<i>.txt");
  await expect(result(page)).toContainText("30 B");
  await file.click();
  await expect(output(page, "Its beginning")).toHaveText("abc".repeat(10));
});

test("what the sandbox refuses is said, and why", async ({ app, page }) => {
  await open(page, app.url);
  await example(page, "SymPy");
  await expect(output(page, "Value")).toHaveText("(x - 1)*(x + 1)*(x**2 + 1)");

  await example(page, "open a socket");
  await expect(result(page)).toContainText("There is no network in the sandbox");

  await example(page, "import js");
  await expect(result(page)).toContainText("JavaScript is sealed off while a program runs");

  await cell(page).getByLabel("Seconds").fill("1");
  await example(page, "endless loop");
  await expect(result(page)).toContainText("stopped: timeout");
  await expect(result(page)).toContainText("The program ran longer than 1 s and was stopped.");
  await expect(output(page, "Printed")).toHaveText("still here");

  await cell(page).getByLabel("Seconds").fill("10");
  await example(page, "allocate 1 GB");
  await expect(result(page)).toContainText("MemoryError");
  await expect(result(page)).toContainText("of 10 s · 100 MB");

  await execute(page, "while True: print('x' * 1000)");
  await expect(result(page)).toContainText("stopped: output");

  await example(page, "print");
  await expect(output(page, "Printed")).toHaveText("Hello from Python");
});

test("Esc cancels; a seed decides random numbers; limits that make no sense are refused", async ({ app, page }) => {
  await open(page, app.url);
  await editor(page).fill("while True: pass");
  await runButton(page).click();
  await expect(cell(page).getByRole("button", { name: "Cancel cell" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(result(page)).toContainText("stopped: cancelled", { timeout: 90_000 });

  await cell(page).getByLabel("Program's seed").fill("7");
  const draw = async () => {
    await execute(page, "import random\nrandom.random()");
    return output(page, "Value").textContent();
  };
  const first = await draw();
  expect(first).toMatch(/^0\.\d+$/);
  expect(await draw()).toBe(first);
  await expect(result(page)).toContainText("seed 7");

  await cell(page).getByLabel("MB").fill("5000");
  await expect(cell(page).getByText("The memory lies above 0 and is at most 900 MB.")).toBeVisible();
  await expect(runButton(page)).toBeDisabled();
});

test("Tab indents, Enter keeps the indentation, and Esc lets Tab leave", async ({ app, page }) => {
  await open(page, app.url);
  await editor(page).fill("");
  await editor(page).pressSequentially("if True:\nprint(1)\n");
  await expect(editor(page)).toHaveValue("if True:\n    print(1)\n    ");
  await editor(page).press("Tab");
  await expect(editor(page)).toHaveValue("if True:\n    print(1)\n        ");
  await editor(page).press("Control+z");
  await expect(editor(page)).not.toHaveValue("if True:\n    print(1)\n        ");
  await editor(page).press("Escape");
  await editor(page).press("Tab");
  await expect(editor(page)).not.toBeFocused();
});

test("the program of a call is taken over from the chat, and what stood in the cell can be had back", async ({
  app,
  page,
}) => {
  await open(page, app.url);
  await editor(page).fill("mine = 1");
  await page.getByLabel("Prompt").fill("Okay, what is 48213 times 9127?");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const edit = page.getByRole("button", { name: "Edit in the cell" }).first();
  await expect(edit).toBeVisible({ timeout: 120_000 });
  await edit.click();
  await expect(editor(page)).toHaveValue(/48213 \* 9127/);
  await expect(editor(page)).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(editor(page)).toHaveValue("mine = 1");
  await edit.click();
  await runButton(page).click();
  await expect(output(page, "Printed")).toHaveText("440040051", { timeout: 90_000 });
});

test("without WebAssembly the cell says so and runs nothing", async ({ app, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
  await open(page, app.url);
  await expect(cell(page).getByText(/Python runs in WebAssembly, which this browser does not have/)).toBeVisible();
  await expect(runButton(page)).toBeDisabled();
  await page.goto(`${app.url}#/`);
  await expect(page.getByRole("complementary", { name: "What will be run" })).toContainText(
    "Python runs in WebAssembly",
  );
});

test("the cell stands beside the chat on a wide screen and below it on a narrow one", async ({ app, page }) => {
  const places = async () => {
    const chat = await page.getByLabel("Prompt").boundingBox();
    const beside = await cell(page).boundingBox();
    return { chat: chat!, beside: beside! };
  };
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, app.url);
  const wide = await places();
  expect(wide.beside.x).toBeGreaterThan(wide.chat.x + wide.chat.width);
  await page.setViewportSize({ width: 390, height: 800 });
  const narrow = await places();
  expect(narrow.beside.y).toBeGreaterThan(narrow.chat.y + narrow.chat.height);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
