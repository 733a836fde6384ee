import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

/**
 * Answers what the page asks for below peer/: worker.js with this text, everything else with the file that `place` names.
 * Files come from a server of their own, since what a route answers itself goes through a pipe that breaks above 100 MB.
 */
export async function serveBelow(page: Page, worker: string, place: (path: string) => string): Promise<void> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").slice(1));
    void answer(path).catch(() => response.writeHead(404).end());
    async function answer(path: string): Promise<void> {
      const type = TYPES[/\.\w+$/.exec(path)?.[0] ?? ""] ?? "application/octet-stream";
      // An isolated page takes workers only with the headers that the page has.
      const headers = { ...ISOLATION_HEADERS, "Content-Type": type };
      if (path === "worker.js") return void response.writeHead(200, headers).end(worker);
      const { size } = await stat(place(path));
      createReadStream(place(path)).pipe(response.writeHead(200, { ...headers, "Content-Length": size }));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  page.context().on("close", () => server.close());
  const { port } = server.address() as AddressInfo;
  await page.context().route("**/peer/**", async (route) => {
    const [, path = ""] = /\/peer\/(.*)$/.exec(new URL(route.request().url()).pathname) ?? [];
    return route.continue({ url: `http://127.0.0.1:${port}/${path}` });
  });
}
