import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, fromPage, fromTrustedPage, startTestServer } from "./doubles.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ORDER = JSON.stringify({ kind: "prepare_model", model: "smollm2-135m" });
const post = (headers: Record<string, string>, body = ORDER) =>
  ask(server.port, "/api/jobs", { method: "POST", headers, body });

test("a page of this server learns the token and what is prepared", async () => {
  const { status, text } = await ask(server.port, "/api/status", { headers: fromPage(server) });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ name: "agentcoder", models: ["smollm2-135m"], python: "ready" });
  expect((JSON.parse(text) as { token: string }).token).toMatch(/^[\w-]{32}$/);
});

test.each([
  ["a foreign Host", { Host: "evil.example" }],
  ["a foreign Host that resolves here", { Host: "127.0.0.1.evil.example" }],
  ["another port's Host", { Host: "127.0.0.1:1" }],
])("pages are refused under %s", async (_, headers) => {
  const { status, text } = await ask(server.port, "/index.html", { headers });
  expect(status).toBe(403);
  expect(text).not.toContain("app");
});

test.each([
  ["another site's page", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
  ["another port of this machine", { Origin: "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site" }],
  ["a frame without an origin", { Origin: "null" }],
  ["a cross-site image or script tag", { "Sec-Fetch-Site": "cross-site" }],
  ["a typed address", { "Sec-Fetch-Site": "none" }],
  ["a client that tells nothing", {}],
])("the token is not told to %s", async (_, headers) => {
  const { status, text } = await ask(server.port, "/api/status", { headers: { ...headers } as Record<string, string> });
  expect(status).toBe(403);
  expect(text).not.toContain("token");
});

test("a job needs the token, our origin and JSON", async () => {
  const good = await fromTrustedPage(server);
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  expect((await post(without("Authorization"))).status).toBe(401);
  expect((await post({ ...good, Authorization: `Bearer ${"x".repeat(32)}` })).status).toBe(401);
  expect((await post({ ...good, Origin: "https://evil.example" })).status).toBe(403);
  expect((await post({ ...good, "Content-Type": "text/plain" })).status).toBe(415);
  expect((await post(without("Content-Type"))).status).toBe(415);
  expect((await post(good, "{")).status).toBe(400);
  expect(JSON.parse((await ask(server.port, "/api/jobs", { headers: fromPage(server) })).text)).toEqual([]);
});

test.each(["gpt-4", "../../etc", "--output=/etc", "smollm2-135m; rm -rf /", ""])(
  "only listed models reach a command line: %j is refused in one sentence",
  async (model) => {
    const headers = await fromTrustedPage(server);
    const { status, text } = await post(headers, JSON.stringify({ kind: "prepare_model", model }));
    expect(status).toBe(400);
    expect((JSON.parse(text) as { error: string }).error).toContain("smollm2-135m can");
  },
);

test("unknown jobs and kinds are refused", async () => {
  const headers = await fromTrustedPage(server);
  expect((await post(headers, JSON.stringify({ kind: "shell", model: "smollm2-135m" }))).status).toBe(400);
  const cancel = await ask(server.port, "/api/jobs/none/cancel", { method: "POST", headers, body: "{}" });
  expect(cancel.status).toBe(404);
});
