import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, startTestServer } from "./doubles.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test("every answer isolates the page and says what it may run", async () => {
  for (const path of ["/", "/models/smollm2-135m/manifest.json", "/missing", "/api/status"]) {
    const { headers } = await ask(server.port, path);
    expect(headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/]+=*'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("'unsafe-eval'");
    // Encrypted, or on this machine: what a live search needs, and nothing in clear to others.
    expect(policy).toContain("; connect-src 'self' blob: data: https: http://localhost:* http://127.0.0.1:*; ");
    expect(policy.replace(/connect-src [^;]*/, "")).not.toMatch(/https?:/);
  }
});

test("files named by their hash are kept for ever, others are asked for again", async () => {
  const asset = await ask(server.port, "/assets/index-AbCd1234.js");
  expect(asset.headers["cache-control"]).toContain("immutable");
  const page = await ask(server.port, "/");
  expect(page.text).toContain("app");
  expect(page.headers["cache-control"]).toBe("no-cache");
  const again = await ask(server.port, "/", { headers: { "If-None-Match": String(page.headers["etag"]) } });
  expect(again.status).toBe(304);
});

test("prepared models come from the home, bundled ones from the build, large ones in ranges", async () => {
  expect((await ask(server.port, "/models/nano/manifest.json")).text).toBe("{}");
  expect((await ask(server.port, "/models/smollm2-135m/manifest.json")).text).toContain("smollm2-135m");
  const part = await ask(server.port, "/models/smollm2-135m/manifest.json", { headers: { Range: "bytes=2-3" } });
  expect(part).toMatchObject({ status: 206, text: "id" });
});

test("a model that is prepared while the server runs is served at once", async () => {
  const directory = join(server.home, "models", "base", "later");
  await mkdir(directory);
  await writeFile(join(directory, "manifest.json"), "new");
  expect((await ask(server.port, "/models/later/manifest.json")).text).toBe("new");
});

test.each([
  "/models/../secret.txt",
  "/models/../../secret.txt",
  "/models/..%2f..%2fsecret.txt",
  "/models/%2e%2e/%2e%2e/secret.txt",
  "/models/smollm2-135m/..%5c..%5c..%5csecret.txt",
  "/models//etc/passwd",
  "/..%2fsecret.txt",
  "/%00",
])("no path leaves its directory: %s", async (path) => {
  const { status, text } = await ask(server.port, path);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text).not.toContain("secret\n");
  expect(text).not.toBe("secret");
  expect(text).not.toContain("root:");
});

test("a missing file is one sentence", async () => {
  const { status, text } = await ask(server.port, "/nothing/here.js");
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({ error: "There is no /nothing/here.js." });
});
