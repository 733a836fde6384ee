import { createReadStream, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { build } from "vite";
import { contentSecurityPolicy, ISOLATION_HEADERS } from "../../../trainer-server/server/policy.ts";

const ROOT = join(import.meta.dirname, "../../..");
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** A page that shows one floor alone, with the app's policy. What is asked of it can be listed, replaced and refused. */
export interface ModelsHost {
  url: string;
  requests: string[];
  /** Answers a path by these bytes, or by 404 for null. */
  answers: Map<string, Buffer | null>;
  /** Without the isolation headers the page has no shared memory, hence one thread. */
  isolated: boolean;
  close(): Promise<void>;
}

/**
 * Builds a page (index.html in `root`; src/models alone by default) into a temporary folder and serves it with public/,
 * the published datasets and the prepared models of this machine. `alias`: modules that the page has instead of others.
 */
export async function startModelsHost(
  root = import.meta.dirname,
  alias: Record<string, string> = {},
): Promise<ModelsHost> {
  const dist = await mkdtemp(join(tmpdir(), "agentcoder-models-page-"));
  await build({
    root,
    configFile: false,
    base: "./",
    publicDir: false,
    logLevel: "error",
    worker: { format: "es" },
    resolve: { alias },
    build: { outDir: dist, emptyOutDir: true, target: "es2022" },
  });
  const prepared = join(process.env.AGENTCODER_HOME ?? ROOT, "models/base");
  const places = (path: string) => [
    join(dist, path === "/" ? "index.html" : path),
    join(ROOT, "public", path),
    ...(path.startsWith("/datasets/") ? [join(ROOT, path)] : []),
    ...(path.startsWith("/models/") ? [join(prepared, path.slice("/models/".length))] : []),
  ];
  const host: ModelsHost = {
    url: "",
    requests: [],
    answers: new Map(),
    isolated: true,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await rm(dist, { recursive: true, force: true });
    },
  };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname));
    host.requests.push(path);
    const headers = {
      "Content-Type": TYPES[extname(path === "/" ? "index.html" : path)] ?? "application/octet-stream",
      "Content-Security-Policy": contentSecurityPolicy(),
      ...(host.isolated && ISOLATION_HEADERS),
    };
    const answer = host.answers.get(path);
    const file = places(path).find((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
    if (answer === null || (answer === undefined && file === undefined)) response.writeHead(404).end();
    else if (answer) response.writeHead(200, headers).end(answer);
    else createReadStream(file!).pipe(response.writeHead(200, headers));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return host;
}
