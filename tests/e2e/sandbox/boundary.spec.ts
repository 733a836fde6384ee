import { expect, test } from "./fixtures.ts";
import { OPENED, toldOf, triesToReach } from "./reach.ts";

// The outer walls alone: what stands in the worker's place here is JavaScript that wants out, without any Python.
test.describe.configure({ timeout: 300_000 });

/** A worker that tries each of these; what it got, or why not, is told as its breakdown. */
function hostileWorker(target: string): string {
  return `
    ${OPENED}
    addEventListener("message", async ({ data: { port } }) => {
      ${toldOf(triesToReach(target))}
      port.postMessage({ type: "broken", message: JSON.stringify(told) });
    });`;
}

test("JavaScript in the worker gets neither network nor storage nor page nor code from text", async ({
  host,
  page,
}) => {
  const target = `${host.url}stolen`;
  const asked = () => host.requests.filter((path) => path.includes("stolen"));
  await page.goto(host.url);
  await page.waitForFunction(() => "sandbox" in window);
  await page.evaluate(() => localStorage.setItem("secret", "of the page"));
  host.worker = hostileWorker(target);
  try {
    const message = await page.evaluate(() => window.sandbox.ready().catch((error: Error) => error.message));
    const told = JSON.parse(/\{.*\}/.exec(String(message))?.[0] ?? "{}") as Record<string, string>;
    expect(Object.keys(told).length).toBe(25);
    expect(Object.entries(told).filter(([, how]) => how !== "refused")).toEqual([]);
    expect(asked()).toEqual([]);
  } finally {
    host.worker = null;
  }
  // The page may ask, and is counted.
  await page.evaluate((url) => fetch(url), target);
  await expect.poll(asked).toEqual(["/lab/stolen"]);
});

test("what a worker posts is heard by nobody but the page that holds its port", async ({ host, page }) => {
  await page.goto(host.url);
  await page.waitForFunction(() => "sandbox" in window);
  host.worker = `addEventListener("message", ({ data: { port } }) => {
    postMessage({ type: "done", nonce: "", value: "forged" });
    port.postMessage({ type: "ready" });
    port.onmessage = () => {
      port.postMessage({ type: "done", nonce: "guessed", value: "forged", errorType: null, errorMessage: "", files: {} });
      port.postMessage({ type: "output", stream: "stdout", bytes: new TextEncoder().encode("honest") });
      port.postMessage({ type: "limit", reason: "output" });
    };
  });`;
  try {
    const told = await page.evaluate(async () => {
      let heard = 0;
      addEventListener("message", () => heard++);
      const result = await window.sandbox.execute("1");
      return { heard, value: result.value, stdout: result.stdout, killed: result.killed };
    });
    expect(told).toEqual({ heard: 0, value: null, stdout: "honest", killed: "output" });
  } finally {
    host.worker = null;
  }
});
