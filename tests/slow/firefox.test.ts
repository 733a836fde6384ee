import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../scripts/build.js";
import type { ExecResult, Reply } from "../../src/protocol/index.ts";
import { startServer } from "../../trainer-server/server/index.ts";
import { attacks } from "../e2e/sandbox/attacks.ts";

// Three journeys in Firefox, through WebDriver BiDi: Playwright drives only a Firefox of its own.
const FIREFOX = findFirefox();
const SAMPLES = "3";

/** The installed Firefox, or one that is installed now where that can be done; null where there is none. */
function findFirefox(): string | null {
  const named = process.env["FIREFOX"];
  if (named) return resolve(named);
  const found = () =>
    ["firefox-esr", "firefox"]
      .map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim())
      .find((path) => path !== "");
  const [program, ...rest] = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "firefox-esr"];
  if (!found() && process.getuid?.() === 0) spawnSync(program!, rest, { stdio: "ignore", timeout: 300_000 });
  return found() ?? null;
}

describe.skipIf(!FIREFOX)(`Firefox${FIREFOX ? "" : " (left out: none is installed; set FIREFOX to its path)"}`, () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer({ dist: await ensureBuilt() });
    browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX!, headless: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Firefox finds nothing by its role, so buttons are found by what stands on them. */
  const press = (page: Page, name: string) =>
    page.locator(`::-p-xpath(//button[contains(., "${name}") and not(@disabled)])`).setTimeout(120_000).click();
  const textOf = async (page: Page, testId: string) => {
    const element = await page.waitForSelector(`[data-testid="${testId}"]`, { timeout: 180_000 });
    return element!.evaluate((node) => node.textContent);
  };

  it("nano answers, the result outlives a reload, and a stranger's profile finds the same", async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.locator("#samples").setTimeout(60_000).fill(SAMPLES);
    await press(page, "Run");
    const tokens = await textOf(page, "digest-tokens");
    expect(tokens).toMatch(/^[0-9a-f]{64}$/);
    await page.reload();
    expect(await textOf(page, "digest-tokens")).toBe(tokens);
    await press(page, "Share link");
    const field = await page.waitForSelector('[data-testid="share-link"]');
    const link = await field!.evaluate((input) => (input as HTMLInputElement).value);

    const stranger = await (await browser.createBrowserContext()).newPage();
    await stranger.goto(link);
    await press(stranger, "Run");
    expect(await textOf(stranger, "verdict")).toContain("Identical");
  });

  /** Runs programs one by one in the page of the command line. */
  async function exec(page: Page, programs: object[]): Promise<ExecResult[]> {
    const results: ExecResult[] = [];
    for (const program of programs) {
      const call = `window.agentcoder.exec([${JSON.stringify(program)}])`;
      const reply = (await page.evaluate(call)) as Reply<ExecResult[]>;
      if (!("ok" in reply)) throw new Error(reply.error);
      results.push(...reply.ok);
    }
    return results;
  }

  it("Python runs in the sandbox, and ends at its limits", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}headless.html`);
    await page.waitForFunction("'agentcoder' in window");
    const [sum, algebra, endless, greedy, after] = await exec(page, [
      { code: "print(2 + 2)\n3 * 3", timeout: 60 },
      { code: "import sympy\nsympy.factor(sympy.Symbol('x')**2 - 1)", timeout: 60 },
      { code: "while True: pass", timeout: 1 },
      { code: "bytearray(500 << 20)", timeout: 60 },
      { code: "1 + 1", timeout: 60 },
    ]);
    expect(sum).toMatchObject({ stdout: "4\n", value: "9", success: true });
    expect(algebra).toMatchObject({ value: "(x - 1)*(x + 1)" });
    expect(endless).toMatchObject({ killed: "timeout", success: false });
    expect(greedy).toMatchObject({ success: false, error: { type: "MemoryError" } });
    expect(after).toMatchObject({ value: "2", success: true });
  });

  it("holds what attacks network, storage and page", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}headless.html`);
    await page.waitForFunction("'agentcoder' in window");
    const chosen = attacks(`${server.url}stolen`).filter((_, i) => i % 4 === 0);
    expect(chosen.length).toBeGreaterThanOrEqual(20);
    for (const { name, code, ends, ...limits } of chosen) {
      const [attack, after] = await exec(page, [
        { timeout: 30, ...limits, code },
        { code: "6 * 7", timeout: 60 },
      ]);
      expect.soft(ends, name).toContain(attack!.killed ?? (attack!.error ? "error" : "done"));
      expect.soft(attack!.output, name).not.toContain("ESCAPED");
      expect.soft(after, `after: ${name}`).toMatchObject({ value: "42" });
    }
  });
});
