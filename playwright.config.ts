import { defineConfig } from "@playwright/test";
import { chromiumFlags, findChromium } from "./src/cli/chromium.ts";

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  globalSetup: "./tests/e2e/setup.ts",
  // One browser at a time: a model already uses every core.
  workers: 1,
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
