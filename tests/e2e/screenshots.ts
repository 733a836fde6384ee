/**
 * Writes a picture of every page and state, wide and narrow, light and dark, for looking at:
 *   npx tsx tests/e2e/screenshots.ts [FOLDER [PART]]
 * FOLDER is results/screenshots by default; PART chooses states by a part of their names.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "@playwright/test";
import { distDirectory, ensureBuilt } from "../../scripts/build.js";
import { chromiumFlags, findChromium } from "../../src/cli/chromium.ts";
import { SAMPLE as FILES_SAMPLE } from "./file-sample.ts";
import { adapterFiles } from "./adapter-files.ts";
import { startStaticHost } from "./fixtures.ts";
import { HubServer } from "../models/hub-server.ts";

const FOLDER = process.argv[2] ?? "results/screenshots";
const PART = process.argv[3] ?? "";
const SIZES = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 800 } };

async function run(page: Page, model: string, samples: number): Promise<void> {
  await page.getByRole("radio", { name: model, exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill(String(samples));
  await page.getByRole("button", { name: "Run" }).click();
}

/** States in the order of a visit: later ones show what earlier ones made. */
const STATES: [name: string, reach: (page: Page, url: string) => Promise<unknown>][] = [
  ["history-empty", (page, url) => page.goto(`${url}#/history`)],
  ["evaluate", (page, url) => page.goto(url)],
  ["evaluate-advanced", (page) => page.getByText("Advanced").click()],
  ["dataset-refused", refuseDataset],
  ["running", runAll],
  ["cancelled", (page) => page.keyboard.press("Escape")],
  ["result", finishRun],
  ["result-sample", openSample],
  ["result-faults", faulty],
  ["result-files", files],
  ["history", (page, url) => page.goto(`${url}#/history`)],
  ["storage", (page, url) => page.goto(`${url}#/storage`)],
  ["models-empty", (page, url) => page.goto(`${url}#/models`)],
  ["models-refused", (page) => giveAdapter(page, { use_dora: true })],
  ["models", keepAdapter],
  ["models-evaluate", (page) => page.getByRole("button", { name: "Evaluate gentle" }).click()],
  ["models-more", moreModels],
  ["models-add", addModel],
  ["models-download", pauseDownload],
  ["playground", (page, url) => page.goto(`${url}#/playground`)],
  ["playground-cell", refuse],
  ["run-missing", (page, url) => page.goto(`${url}#/run/none`)],
  ["share-refused", (page, url) => page.goto(`${url}#/s/damaged`)],
  ["tool-editor", editTool],
  ["data-list", (page, url) => page.goto(`${url}#/data`)],
  ["data-import", prepareImport],
  ["data-rows", openDataset],
  ["data-row", (page) => page.getByRole("row").nth(2).click()],
  ["data-plots", (page) => openView(page, "Distributions")],
  ["data-trust", (page) => openView(page, "Trust")],
  ["data-card", (page) => openView(page, "Card")],
];

async function giveAdapter(page: Page, config: object = {}): Promise<void> {
  await page.getByLabel("Files of an adapter").setInputFiles(adapterFiles(config));
  await page.getByLabel("Name").fill("gentle");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("main").locator("[role=alert], [aria-label='Evaluate gentle']").first().waitFor();
}

async function keepAdapter(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/models`);
  await giveAdapter(page);
  await page.getByLabel("Files of an adapter").setInputFiles(adapterFiles({ r: 5 }));
  await page.getByLabel("Trained on").waitFor();
}

async function moreModels(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText(/^More models/).click();
  await page.getByRole("radio", { name: "Qwen2.5-Coder 1.5B" }).check({ force: true });
  await page.getByTestId("memory-note").waitFor();
}

async function addModel(page: Page, url: string): Promise<void> {
  hub.add("me/tiny-coder", { "tiny-coder-Q8_0.gguf": Buffer.alloc(30 * 2 ** 20) }, { cardData: { license: "mit" } });
  await page.goto(`${url}#/models`);
  await page.getByText("Another hub").click();
  await page.getByLabel("Address", { exact: true }).fill(hub.url);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText(`Now: ${hub.url}`).waitFor();
  await page.getByLabel("Repository on the hub").fill("me/tiny-coder");
  await page.getByRole("button", { name: "Look it up" }).click();
  await page.getByRole("form", { name: "Model to add" }).waitFor();
}

async function pauseDownload(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const card = page.getByRole("region", { name: "tiny-coder", exact: true });
  await card.getByRole("button", { name: "Download…" }).click();
  hub.slow = 20;
  await card.getByRole("button", { name: /^Download/ }).click();
  await card
    .getByRole("status")
    .filter({ hasText: /[2-9]\d%/ })
    .waitFor();
  await card.getByRole("button", { name: "Pause" }).click();
  hub.slow = 0;
}

async function prepareImport(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/data`);
  await page.getByRole("button", { name: "Import…", exact: true }).click();
  const buffer = Buffer.from('question,answer,level\n"What is 12 times 12?",144,easy\n"Name a stack.",LIFO,awful\n');
  await page.getByLabel("Dataset to import").setInputFiles({ name: "mine.csv", mimeType: "text/csv", buffer });
  await page.getByText("of the first 2 rows can be read so").waitFor();
}

async function openDataset(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/data`);
  await page.reload();
  await page
    .getByRole("link", { name: /tool_use_v1/ })
    .first()
    .click();
  await page.getByRole("row").nth(3).waitFor();
}

async function openView(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page
    .getByText(/^(Reading|Counting|Checking|Opening)/)
    .filter({ visible: true })
    .waitFor({ state: "detached", timeout: 120_000 });
}

async function editTool(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Add a tool of your own…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "JavaScript", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Try it" }).click();
  await page.getByTestId("trial").waitFor();
  await page.waitForTimeout(1000);
}

async function faulty(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText("Advanced").click();
  const faults = page.getByRole("group", { name: /^Faults/ });
  for (const name of ["Timeout", "Error", "Wrong result"]) await faults.getByLabel(name).fill("25");
  await run(page, "always-tool", 12);
  await page.getByRole("region", { name: "Headline" }).waitFor({ timeout: 120_000 });
  await page.getByLabel("Cost of a call of code_executor").fill("0.02");
  await openSample(page);
  await page
    .getByText(/^put in/)
    .first()
    .scrollIntoViewIfNeeded()
    .catch(() => {});
}

async function files(page: Page, url: string): Promise<void> {
  await page.goto(url);
  const buffer = Buffer.from(`${JSON.stringify(FILES_SAMPLE)}\n`);
  await page.getByLabel("Dataset file").setInputFiles({ name: "f.jsonl", mimeType: "application/jsonl", buffer });
  await page.getByRole("checkbox", { name: "file_ops", checked: true }).waitFor();
  await run(page, "oracle", 1);
  await page.getByRole("region", { name: "Headline" }).waitFor({ timeout: 120_000 });
  await openSample(page);
  await page
    .getByRole("region", { name: /: new$/ })
    .last()
    .scrollIntoViewIfNeeded();
}

async function refuse(page: Page): Promise<void> {
  const cell = page.getByRole("region", { name: "Python cell" });
  await cell.getByRole("button", { name: "open a socket", exact: true }).click();
  await cell.getByRole("button", { name: "Run cell" }).click();
  await cell.getByRole("region", { name: "Traceback" }).waitFor({ timeout: 120_000 });
}

async function refuseDataset(page: Page): Promise<void> {
  const buffer = Buffer.from('{"id":"a","prompt":"p"}\n');
  await page.getByLabel("Dataset file").setInputFiles({ name: "mine.jsonl", mimeType: "application/jsonl", buffer });
  await page.getByRole("alert").waitFor();
}

async function runAll(page: Page): Promise<void> {
  await page.getByLabel("Split").selectOption("all");
  await run(page, "always-tool", 200);
  await page.getByRole("row").nth(3).waitFor();
}

async function finishRun(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await run(page, "random", 48);
  await page.getByRole("region", { name: "Headline" }).waitFor({ timeout: 300_000 });
  await page.locator("figure svg").first().waitFor({ timeout: 120_000 });
}

async function openSample(page: Page): Promise<void> {
  await page.getByRole("region", { name: "Answers" }).getByRole("button", { expanded: false }).first().click();
}

async function shoot(browser: Browser, url: string, size: keyof typeof SIZES, colorScheme: "light" | "dark") {
  const page = await (await browser.newContext({ viewport: SIZES[size], colorScheme })).newPage();
  for (const [name, reach] of STATES) {
    if (!name.includes(PART)) continue;
    await reach(page, url);
    await page.waitForTimeout(500);
    await page.screenshot({
      path: join(FOLDER, `${name}-${size}-${colorScheme}.png`),
      fullPage: !/^result-|editor/.test(name),
    });
  }
  await page.context().close();
}

await ensureBuilt();
const hub = await new HubServer().start();
await mkdir(FOLDER, { recursive: true });
const host = await startStaticHost(distDirectory());
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags() });
for (const size of ["wide", "narrow"] as const) {
  for (const scheme of ["light", "dark"] as const) await shoot(browser, host.url, size, scheme);
}
await browser.close();
await host.stop();
await hub.stop();
