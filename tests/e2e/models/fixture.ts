import { test as base, type Page } from "@playwright/test";
import { startModelsHost, type ModelsHost } from "./host.ts";

/** Tests with a page that shows the floor of models alone (page.ts), in its usual state. */
export const test = base.extend<{ models: Page }, { host: ModelsHost }>({
  host: [
    async ({}, use) => {
      const host = await startModelsHost();
      await use(host);
      await host.close();
    },
    { scope: "worker" },
  ],
  models: async ({ host, page }, use) => {
    host.answers.clear();
    host.isolated = true;
    await open(page, host);
    await use(page);
  },
});

/** Opens the page anew. */
export async function open(page: Page, host: ModelsHost): Promise<void> {
  await page.goto(host.url);
  await page.waitForFunction(() => "models" in window);
  host.requests.length = 0;
}
