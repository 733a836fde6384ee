import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { ensureBuilt } from "../../scripts/build.js";
import { startServer } from "../../trainer-server/server/index.ts";
import { UserError, type Reply } from "../protocol/index.ts";
import { chromiumFlags, findChromium } from "./chromium.ts";

export type Listener = (kind: string, value: unknown) => void;

/**
 * The only driver of a browser: serves the built pages on a free port, opens headless.html in a Chromium with a profile
 * of its own, lets `work` use the page, and takes everything down again whatever happens.
 */
export async function inBrowser<T>(work: (page: Page) => Promise<T>, listen: Listener = () => {}): Promise<T> {
  const executablePath = findChromium();
  const dist = await ensureBuilt();
  const profile = await mkdtemp(join(tmpdir(), "agentcoder-profile-"));
  const server = await startServer({ dist });
  const closing: (() => Promise<unknown>)[] = [
    () => rm(profile, { recursive: true, force: true, maxRetries: 3 }),
    () => server.close(),
  ];
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: chromiumFlags(),
      serviceWorkers: "block",
    });
    closing.push(() => context.close());
    await context.exposeBinding("agentcoderTell", (_source, kind: string, value: unknown) => listen(kind, value));
    const page = await context.newPage();
    const broken = new Promise<never>((_, reject) => {
      page.on("crash", () =>
        reject(
          new UserError("The browser's page crashed, probably out of memory: free some, or choose a smaller model."),
        ),
      );
      page.on("pageerror", (error) => reject(error));
    });
    const use = async () => {
      await page.goto(`${server.url}headless.html`);
      await page.waitForFunction(() => "agentcoder" in window);
      return work(page);
    };
    return await Promise.race([use(), broken]);
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

/** What a call in the page gave; its sentence is thrown as a UserError, a defect as an error with the page's stack. */
export function unwrap<T>(reply: Reply<T>): T {
  if ("ok" in reply) return reply.ok;
  if (reply.defect) throw new Error(reply.defect);
  throw new UserError(reply.error);
}
