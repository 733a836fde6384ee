import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { ISOLATION_HEADERS } from "../../../trainer-server/server/policy.ts";

export const CLONE = resolve(import.meta.dirname, "../../..");

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Answers what the page asks for below peer/: worker.js with this text, everything else with the file that `place` names. */
export async function serveBelow(page: Page, worker: string, place: (path: string) => string): Promise<void> {
  await page.context().route("**/peer/**", async (route) => {
    const [, path = ""] = /\/peer\/(.*)$/.exec(new URL(route.request().url()).pathname) ?? [];
    const type = TYPES[/\.\w+$/.exec(path)?.[0] ?? ""] ?? "application/octet-stream";
    // An isolated page takes workers only with the headers that the page has.
    const headers = { ...ISOLATION_HEADERS, "Content-Type": type };
    return route.fulfill({ headers, ...(path === "worker.js" ? { body: worker } : { path: place(path) }) });
  });
}
