import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type RunningServer } from "../../trainer-server/server/index.ts";

/** A server over a small made-up build and home, with an interpreter that plays `script` (sh; "$@" are its arguments). */
export async function startTestServer(
  script = "exit 0",
): Promise<RunningServer & { home: string; stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), "agentcoder-test-"));
  const dist = join(home, "dist");
  await mkdir(join(dist, "assets"), { recursive: true });
  await mkdir(join(dist, "models", "nano"), { recursive: true });
  await mkdir(join(home, "models", "base", "smollm2-135m"), { recursive: true });
  await writeFile(join(dist, "index.html"), "<title>app</title>");
  await writeFile(join(dist, "assets", "index-AbCd1234.js"), "export {};");
  await writeFile(join(dist, "models", "nano", "manifest.json"), "{}");
  await writeFile(join(home, "models", "base", "smollm2-135m", "manifest.json"), '{"id":"smollm2-135m"}');
  await writeFile(join(home, "secret.txt"), "secret");
  const python = join(home, "python.sh");
  await writeFile(python, `#!/bin/sh\n${script}\n`);
  await chmod(python, 0o755);
  const server = await startServer({ dist, home, python });
  return {
    ...server,
    home,
    stop: async () => {
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request with exactly these headers and this path: fetch would set Host itself and resolve the dots in a path. */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((done, failed) => {
    const { method = "GET", headers = {}, body } = options;
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data: string) => (text += data));
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

/** What a page of the server sends with each request. */
export function fromPage(server: RunningServer): Record<string, string> {
  return { Origin: server.url.slice(0, -1), "Sec-Fetch-Site": "same-origin" };
}

/** The same with the token that the status gave, for requests that change something. */
export async function fromTrustedPage(server: RunningServer): Promise<Record<string, string>> {
  const { text } = await ask(server.port, "/api/status", { headers: fromPage(server) });
  const { token } = JSON.parse(text) as { token: string };
  return { ...fromPage(server), Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
}
