import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { ensureBuilt } from "../../scripts/build.js";
import { startServer, type Mount } from "../../trainer-server/server/index.ts";
import { UserError, type Reply } from "../protocol/index.ts";
import { chromiumFlags, findChromium } from "./chromium.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type Listener = (kind: string, value: unknown) => void;

/**
 * The only driver of a browser: serves the built pages (and what `mount` adds) on a free port, opens headless.html in a
 * Chromium with a profile of its own, lets `work` use the page, and takes everything down again whatever happens.
 * Interrupted (Ctrl-C, SIGTERM) it asks the page to stop, so that `work` ends with what was done; interrupted again it
 * gives up (UserError).
 */
export async function inBrowser<T>(
  work: (page: Page) => Promise<T>,
  listen: Listener = () => {},
  mount?: Mount,
): Promise<T> {
  const executablePath = findChromium();
  const dist = await ensureBuilt();
  const profile = await mkdtemp(join(tmpdir(), "agentcoder-profile-"));
  const server = await startServer({ dist, ...(mount && { mount }) });
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
      // An interrupted command keeps what it has: see below.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
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
    const interrupted = new Promise<never>((_, reject) => {
      let once = false;
      const interrupt = () => {
        if (once) return reject(new UserError("Interrupted: nothing was kept."));
        once = true;
        page.evaluate(() => window.agentcoder.stop()).catch(reject);
      };
      for (const signal of SIGNALS) process.on(signal, interrupt);
      closing.push(async () => SIGNALS.forEach((signal) => process.off(signal, interrupt)));
    });
    const use = async () => {
      await page.goto(`${server.url}headless.html`);
      await page.waitForFunction(() => "agentcoder" in window);
      return work(page);
    };
    return await Promise.race([use(), broken, interrupted]);
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
