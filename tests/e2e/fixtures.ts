import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { mkdtemp, rm, symlink, mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { test as base, type Page } from "@playwright/test";
import { distDirectory } from "../../scripts/build.js";
import { homeDirectory, startServer } from "../../trainer-server/server/index.ts";

export { expect, type Page } from "@playwright/test";

interface Site {
  /** With a slash at its end. */
  url: string;
}

interface Worker {
  /** The companion server with the built pages. Prepared models of this machine are served, if there are any. */
  app: Site;
  /** A plain file server: no headers, under a sub-path. */
  staticHost: Site & { requests: string[]; stop(): Promise<void> };
}

interface Each {
  /** headless.html of the companion server, with `window.agentcoder` ready. */
  headlessPage: Page;
}

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Serves a directory under /lab/agentcoder/ and notes every path that was asked for. */
export async function startStaticHost(directory = distDirectory()): Promise<Worker["staticHost"]> {
  const prefix = "/lab/agentcoder/";
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    requests.push(pathname);
    const name = normalize(decodeURIComponent(pathname.slice(prefix.length)) || "index.html");
    const file = join(directory, name);
    const found = pathname.startsWith(prefix) && !name.startsWith("..") && statSync(file, { throwIfNoEntry: false });
    if (!found || !found.isFile()) {
      response.writeHead(404).end("not found");
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`, requests, stop };
}

/** A temporary home that shows this machine's prepared models without being able to change what else lies there. */
async function temporaryHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "agentcoder-home-"));
  const models = join(homeDirectory(), "models", "base");
  await mkdir(join(home, "models"), { recursive: true });
  if (statSync(models, { throwIfNoEntry: false })) await symlink(models, join(home, "models", "base"));
  return home;
}

export const test = base.extend<Each, Worker>({
  app: [
    async ({}, use) => {
      const home = await temporaryHome();
      const server = await startServer({ dist: distDirectory(), home, python: process.execPath });
      await use({ url: server.url });
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  staticHost: [
    async ({}, use) => {
      const host = await startStaticHost();
      await use(host);
      await host.stop();
    },
    { scope: "worker" },
  ],
  headlessPage: async ({ app, page }, use) => {
    await page.goto(`${app.url}headless.html`);
    await page.waitForFunction(() => "agentcoder" in window);
    await use(page);
  },
});
