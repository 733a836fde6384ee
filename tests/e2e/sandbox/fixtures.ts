import { test as base, type Page } from "@playwright/test";
import type { ExecResult } from "../../../src/protocol/index.ts";
import { startSandboxHost, type SandboxHost } from "./host.ts";

export { expect } from "@playwright/test";

/** A program and the limits that a page can say as JSON. */
export interface Program {
  code: string;
  timeout?: number;
  memory?: number;
  files?: Record<string, string>;
  seed?: number;
}

interface Worker {
  host: SandboxHost;
  /** A page whose sandbox is ready, the same for many tests: programs leave nothing behind, or a later one finds it. */
  shared: Page;
}

interface Each {
  /** A page of the test's own with a sandbox that is ready. */
  sandbox: Page;
  /** Runs programs in `shared`, in turn. Without a timeout of their own they get one that suits a busy machine. */
  run: (...programs: (Program | string)[]) => Promise<ExecResult[]>;
}

export const test = base.extend<Each, Worker>({
  host: [
    async ({}, use) => {
      const host = await startSandboxHost();
      await use(host);
      await host.close();
    },
    { scope: "worker", timeout: 600_000 },
  ],
  sandbox: async ({ host, page }, use) => {
    await openSandbox(page, host);
    await use(page);
  },
  shared: [
    async ({ host, browser }, use) => {
      const page = await browser.newPage();
      await openSandbox(page, host);
      await use(page);
      await page.close();
    },
    { scope: "worker" },
  ],
  run: async ({ shared }, use) => {
    await use((...programs) => runIn(shared, programs));
  },
});

export async function openSandbox(page: Page, host: SandboxHost): Promise<void> {
  await page.goto(host.url);
  await page.waitForFunction(() => "sandbox" in window);
  await page.evaluate(() => window.sandbox.ready());
}

export function runIn(page: Page, programs: (Program | string)[]): Promise<ExecResult[]> {
  const rows = programs.map((program) => (typeof program === "string" ? { code: program } : program));
  return page.evaluate(async (all) => {
    const results: ExecResult[] = [];
    for (const { code, ...options } of all)
      results.push(await window.sandbox.execute(code, { timeout: 60, ...options }));
    return results;
  }, rows);
}
