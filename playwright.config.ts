import { defineConfig } from "@playwright/test";
import { chromiumFlags, findChromium } from "./src/cli/chromium.ts";

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  globalSetup: "./tests/e2e/setup.ts",
  // Most of the time a test waits, for a limit to be reached or a page to be made. No test depends on its pace.
  workers: 2,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  retries: 0,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    headless: true,
    // A trace films the page while the test runs, which doubles its time: ask for one with --trace retain-on-failure.
    trace: "off",
    screenshot: "only-on-failure",
    // Each new profile would fetch all that is kept for offline use, 80 MB, beside the test: the journey alone allows it.
    serviceWorkers: "block",
    // Without a GPU each frame of a moving bar is drawn by the cores that the test needs.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: { executablePath: findChromium(), args: chromiumFlags() },
  },
});
