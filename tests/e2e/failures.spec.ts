import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { distDirectory } from "../../scripts/build.js";
import { startServer, type RunningServer } from "../../trainer-server/server/index.ts";
import { expect, test, type Page } from "./fixtures.ts";

// What goes wrong outside the page: one sentence each, and nothing lost.

/** A companion server of its own with an empty home, whose interpreter plays a shell script. */
async function serverWith(script: string): Promise<RunningServer & { stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), "agentcoder-failures-"));
  const python = join(home, "python.sh");
  await writeFile(python, `#!/bin/sh\n${script}\n`);
  await chmod(python, 0o755);
  const server = await startServer({ dist: distDirectory(), home, python });
  const stop = async () => {
    await server.close();
    await rm(home, { recursive: true, force: true });
  };
  return { ...server, stop };
}

const tell = (progress: number, message: string) => `echo '${JSON.stringify({ progress, message })}'`;
const prepareButton = (page: Page) => page.getByRole("button", { name: "Prepare SmolLM2" });

async function choose(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("radio", { name: /SmolLM2/ }).check({ force: true });
}

test("preparing shows its progress, is stopped by the person, and a failure is one sentence", async ({ page }) => {
  const server = await serverWith(`${tell(0.4, "Reading the weights")}\nsleep 60`);
  await choose(page, server.url);
  await prepareButton(page).click();
  const bar = page.getByRole("progressbar", { name: /Preparing/ });
  await expect(bar).toHaveAttribute("aria-valuenow", "40");
  await expect(page.getByText("Reading the weights")).toBeVisible();
  await page.reload();
  await page.getByRole("radio", { name: /SmolLM2/ }).check({ force: true });
  await expect(bar).toHaveAttribute("aria-valuenow", "40");
  await page.getByRole("button", { name: "Stop preparing" }).click();
  await expect(page.getByText("Preparing was stopped")).toBeVisible();
  await server.stop();

  const failing = await serverWith("echo 'Traceback' >&2\necho 'The disk is full: free 500 MB.' >&2\nexit 1");
  await choose(page, failing.url);
  await prepareButton(page).click();
  await expect(page.getByRole("alert")).toContainText("The disk is full: free 500 MB.");
  await expect(page.getByRole("alert")).not.toContainText("Traceback");
  await failing.stop();
});

test("a server that goes away while it is needed is named, and nano still runs", async ({ page }) => {
  test.setTimeout(180_000);
  const server = await serverWith(`${tell(0.1, "Downloading")}\nsleep 60`);
  await choose(page, server.url);
  await prepareButton(page).waitFor();
  await server.stop();
  await prepareButton(page).click();
  // Where the dataset had not come yet, that is told as well, in its own place.
  const told = page.getByRole("group", { name: "Model" }).getByRole("alert");
  await expect(told).toContainText("The companion server cannot be reached: is it still running?");
});

test("a full storage keeps the run in the page and says so", async ({ app, page }) => {
  await page.goto(app.url);
  await expect(page.getByLabel("Split")).toBeVisible();
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(app.url).origin, quotaSize: 1 });
  await page.getByRole("radio", { name: "oracle", exact: true }).check({ force: true });
  await page.getByLabel("Samples", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("region", { name: "Headline" })).toBeVisible();
  await expect(page.getByText("Not saved")).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "run.json" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/run\.json$/);
});
