import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadDataset, toJsonl } from "../../src/data/index.ts";
import { sha256 } from "../../src/protocol/index.ts";
import { plainSample } from "./plain-sample.ts";

const text = toJsonl([plainSample()]);

/** Files that a server has; anything else is a 404. */
function serve(files: Record<string, string | Response>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: URL) => {
    asked.push(address.href);
    const found = files[address.pathname.replace("/app/datasets/", "")];
    if (found instanceof Response) return found;
    return new Response(found ?? "", { status: found === undefined ? 404 : 200 });
  });
  return asked;
}

const manifest = async (change: object = {}) =>
  JSON.stringify({ name: "tiny", version: "1", sha256: await sha256(text), samples: 1, ...change });

beforeEach(() => vi.stubGlobal("document", { baseURI: "http://localhost/app/index.html#/history" }));
afterEach(() => vi.unstubAllGlobals());

describe("loadDataset", () => {
  it("fetches from beside the page and tells the identity of the bytes", async () => {
    const asked = serve({ "tiny/manifest.json": await manifest(), "tiny/data.jsonl": text });
    const { samples, ...identity } = await loadDataset("tiny");
    expect(identity).toEqual({ name: "tiny", version: "1", sha256: await sha256(text) });
    expect(samples[0]?.prompt).toBe("What is 2 + 2?");
    expect(asked).toContain("http://localhost/app/datasets/tiny/data.jsonl");
  });

  it("says so where there is no such dataset, whatever the server answers", async () => {
    const none = /There is no dataset called/;
    const asked = serve({});
    await expect(loadDataset("other")).rejects.toThrow(none);
    serve({ "other/manifest.json": "<!doctype html>" });
    await expect(loadDataset("other")).rejects.toThrow(none);
    serve({ "other/manifest.json": await manifest() });
    await expect(loadDataset("other")).rejects.toThrow(none);
    asked.length = 0;
    await expect(loadDataset("../secret")).rejects.toThrow(none);
    expect(asked).toEqual([]);
  });

  it("refuses bytes that are not the published ones", async () => {
    serve({ "tiny/manifest.json": await manifest(), "tiny/data.jsonl": text.replace("2 + 2", "2 + 3") });
    await expect(loadDataset("tiny")).rejects.toThrow(/did not arrive as it was published/);
  });

  it("says why it could not be fetched", async () => {
    serve({ "tiny/manifest.json": new Response("", { status: 503 }) });
    await expect(loadDataset("tiny")).rejects.toThrow("could not be fetched (status 503)");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    await expect(loadDataset("tiny")).rejects.toThrow("could not be fetched (offline)");
  });
});
