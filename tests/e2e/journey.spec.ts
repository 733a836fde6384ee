import type { Browser, BrowserContext } from "@playwright/test";
import { expect, startStaticHost, test, type Page } from "./fixtures.ts";

// The whole way with the bundled model: first open, run, result, reload, link, a stranger's browser, the same digest.
// Six: calls and answers of both kinds are among them, and what a digest promises does not depend on their number.
const SAMPLES = 6;

// Tracing asks the page questions too: see openUntilIsolated.
test.use({ trace: "off", serviceWorkers: "allow" });

async function startNano(page: Page): Promise<void> {
  await page.getByRole("radio", { name: "nano", exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill(String(SAMPLES));
  await page.getByRole("button", { name: "Run" }).click();
}

async function runNano(page: Page): Promise<void> {
  await startNano(page);
  await expect(page.getByRole("region", { name: "Headline" })).toBeVisible({ timeout: 90_000 });
}

async function digests(page: Page): Promise<{ decisions: string | null; tokens: string | null }> {
  const read = (id: string) => page.getByTestId(id).textContent();
  return { decisions: await read("digest-decisions"), tokens: await read("digest-tokens") };
}

/** From a page on which nothing was done yet to a result that outlives a reload; returns its link and digests. */
async function visit(page: Page, url: string) {
  await page.goto(url);
  await runNano(page);
  const first = await digests(page);
  expect(first.tokens).toMatch(/^[0-9a-f]{64}$/);
  await page.reload();
  await expect(page.getByTestId("digest")).toBeVisible();
  expect(await digests(page)).toEqual(first);
  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "nano" })).toHaveCount(1);
  await page.goBack();
  await page.getByRole("button", { name: "Share link" }).click();
  return { ...first, link: await page.getByTestId("share-link").inputValue() };
}

/** Opens a link in a profile of its own and runs it: the verdict must be `Identical`. */
async function reproduce(browser: Browser, link: string): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByTestId("verdict")).toContainText("Identical", { timeout: 90_000 });
  await context.close();
}

/** Waits until the service worker says that everything is kept, so that the network can go away. */
async function keptForOffline(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    await new Promise<void>((done) => {
      navigator.serviceWorker.addEventListener("message", (event) => event.data === "kept" && done());
      active?.postMessage("keep-all");
    });
  });
}

/**
 * Opens a host that sends no headers: the service worker adds them, and the first visit is reloaded once. The page is
 * not asked anything before that: a question counts as a person's gesture, and a page in use is not reloaded.
 */
async function openUntilIsolated(page: Page, host: { url: string; requests: string[] }): Promise<void> {
  const { pathname } = new URL(host.url);
  // The reload may come before the first visit has finished loading: the host is who knows of both.
  await page.goto(host.url, { waitUntil: "commit" });
  await expect.poll(() => host.requests.filter((path) => path === pathname).length, { timeout: 60_000 }).toBe(2);
  await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false)).toBe(true);
}

/** Begins a run, ends it in the middle and continues it: the result must be the whole run's. */
async function interrupt(page: Page, url: string, whole: Awaited<ReturnType<typeof digests>>): Promise<void> {
  await page.goto(`${url}#/`);
  await startNano(page);
  // Looked at with every frame, so that a fast machine is not at its end before the key is pressed.
  await page.waitForFunction(() => {
    const bar = document.querySelector("[role=progressbar][aria-label=Samples]");
    return Number(bar?.getAttribute("aria-valuenow")) > 0;
  });
  await page.keyboard.press("Escape");
  await expect(page.getByText("The run was cancelled")).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByTestId("digest")).toBeVisible({ timeout: 90_000 });
  expect(await digests(page)).toEqual(whole);
}

test("nano from the first open to the same digest after a cancelled run and in a stranger's browser, on our server", async ({
  app,
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  const { link, ...whole } = await visit(page, app.url);
  await test.step("cancelled in the middle, what was answered is kept and the rest is run to the same digest", () =>
    interrupt(page, app.url, whole));
  await test.step("a stranger's browser", () => reproduce(browser, link));
});

test("the same on a plain file host under a sub-path, and then without any network", async ({ app, browser }) => {
  test.setTimeout(420_000);
  const host = await startStaticHost();
  const context: BrowserContext = await browser.newContext();
  try {
    const page = await context.newPage();
    await openUntilIsolated(page, host);
    const online = await visit(page, host.url);
    await reproduce(browser, online.link);

    // What a link promises holds between hosts too.
    await reproduce(browser, online.link.replace(host.url, app.url));

    await keptForOffline(page);
    await host.stop();
    await context.setOffline(true);
    const again = await context.newPage();
    await again.goto(host.url);
    await runNano(again);
    expect(await digests(again)).toEqual({ decisions: online.decisions, tokens: online.tokens });
    await again.goto(`${host.url}#/playground`);
    await expect(again.getByRole("heading", { level: 1 })).toBeVisible();
  } finally {
    await context.close();
    await host.stop().catch(() => {});
  }
});
