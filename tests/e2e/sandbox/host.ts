import { createReadStream, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { build } from "vite";
import { makeAssets } from "../../../scripts/assets.js";
import { contentSecurityPolicy, ISOLATION_HEADERS } from "../../../trainer-server/server/policy.ts";

const ROOT = join(import.meta.dirname, "../../..");
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json" };

/** A page that shows src/sandbox alone, with the app's policy, and a note of everything that was asked of its server. */
export interface SandboxHost {
  url: string;
  requests: string[];
  /** As a plain static host serves it: without the isolation headers, and the browser unpacks what is packed. */
  plain: boolean;
  /** Paths that are answered by 404. */
  missing: Set<string>;
  /** JavaScript that takes the place of the sandbox's worker; null: the real one. */
  worker: string | null;
  close(): Promise<void>;
}

/** Builds the page into a temporary folder and serves it with public/ below a sub-path. */
export async function startSandboxHost(): Promise<SandboxHost> {
  await makeAssets();
  const dist = await mkdtemp(join(tmpdir(), "agentcoder-sandbox-page-"));
  await build({
    root: import.meta.dirname,
    configFile: false,
    base: "./",
    publicDir: false,
    logLevel: "error",
    build: { outDir: dist, emptyOutDir: true, target: "es2022" },
  });
  const host: SandboxHost = {
    url: "",
    requests: [],
    plain: false,
    missing: new Set(),
    worker: null,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(dist, { recursive: true, force: true });
    },
  };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname));
    host.requests.push(path);
    const name = path.replace(/^\/lab\//, "/").replace(/\/$/, "/index.html");
    const file = [join(dist, name), join(ROOT, "public", name)].find((place) =>
      statSync(place, { throwIfNoEntry: false })?.isFile(),
    );
    if (host.worker !== null && /\/worker-[^/]*\.js\.gz$/.test(name)) return void response.end(host.worker);
    if (!path.startsWith("/lab/") || !file || host.missing.has(name)) return void response.writeHead(404).end();
    const headers = {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Security-Policy": contentSecurityPolicy(),
      ...(!host.plain && ISOLATION_HEADERS),
      ...(host.plain && extname(file) === ".gz" && { "Content-Encoding": "gzip" }),
    };
    createReadStream(file).pipe(response.writeHead(200, headers));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lab/`;
  return host;
}
