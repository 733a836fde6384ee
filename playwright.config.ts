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
    trace: "retain-on-failure",
    launchOptions: { executablePath: findChromium(), args: chromiumFlags() },
  },
});
