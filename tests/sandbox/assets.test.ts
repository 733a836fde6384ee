import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gzipSync } from "node:zlib";
import type * as Assets from "../../src/sandbox/assets.ts";

let loadAssets: typeof Assets.loadAssets;

const FILES: Record<string, string | Buffer> = {
  "image.json": JSON.stringify({
    wasm: "w.gz",
    stdlib: "s.zip",
    site: "t.zip",
    image: "i.gz",
    head: "h.bin",
    pages: 7,
  }),
  "worker.json": JSON.stringify({ worker: "k.js.gz" }),
  "k.js.gz": gzipSync("the worker"),
  "w.gz": gzipSync("wasm"),
  "s.zip": "PK stdlib",
  "t.zip": "PK site",
  "i.gz": gzipSync("image"),
  "h.bin": "h",
};

/** Serves FILES under /app/runtime/python/; `change` replaces one of them. */
function serve(change: (name: string) => Response | Error | undefined = () => undefined): void {
  vi.stubGlobal("document", { baseURI: "https://host.example/app/index.html" });
  vi.stubGlobal("fetch", async (url: URL) => {
    const name = /^\/app\/runtime\/python\/(.+)$/.exec(url.pathname)?.[1] ?? "";
    const changed = change(name);
    if (changed instanceof Error) throw changed;
    if (changed) return changed;
    const content = FILES[name];
    return content === undefined ? new Response(null, { status: 404 }) : new Response(content as BodyInit);
  });
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer());

describe("loadAssets", () => {
  beforeEach(async () => {
    // A page of its own: files are kept for as long as one is open.
    vi.resetModules();
    ({ loadAssets } = await import("../../src/sandbox/assets.ts"));
  });
  afterEach(() => vi.unstubAllGlobals());

  it("fetches below the document and unpacks what the page itself needs", async () => {
    serve();
    const assets = await loadAssets();
    expect(assets).toMatchObject({ script: "the worker", pages: 7 });
    const { wasmStart, wasm, stdlib, site, image, head } = assets;
    expect(textOf(wasmStart)).toBe("wasm");
    expect(await Promise.all([stdlib, site, head].map((blob) => blob.text()))).toEqual(["PK stdlib", "PK site", "h"]);
    // These are unpacked beside the page, not by it.
    expect(await Promise.all([wasm, image].map(bytesOf))).toEqual([FILES["w.gz"], FILES["i.gz"]]);
  });

  it("takes what the browser has unpacked, and no more than the first bytes of it", async () => {
    const long = "ab".repeat(200_000);
    serve((name) => (name === "w.gz" ? new Response(long) : undefined));
    expect(textOf((await loadAssets()).wasmStart)).toBe(long.slice(0, 2 ** 17));
  });

  it("asks for a file once, and again where it could not be had", async () => {
    serve((name) => (name === "t.zip" ? new TypeError("Failed to fetch") : undefined));
    await expect(loadAssets()).rejects.toThrow("Failed to fetch");
    const asked: string[] = [];
    serve((name) => void asked.push(name));
    const first = await loadAssets();
    expect(asked).toEqual(["t.zip"]);
    serve(() => new TypeError("nobody is asked"));
    const second = await loadAssets();
    expect(second).toEqual(first);
    expect(second.image).toBe(first.image);
  });

  it.each([
    ["a missing file", () => new Response(null, { status: 404 }), "(status 404)"],
    ["no connection", () => new TypeError("Failed to fetch"), "(Failed to fetch)"],
  ])("is one sentence for %s", async (_, answer, reason) => {
    serve((name) => (name === "t.zip" ? answer() : undefined));
    const failure = await loadAssets().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "UserError" });
    expect((failure as Error).message).toBe(
      `Python could not be loaded from /app/runtime/python/t.zip ${reason}: check the connection and try again.`,
    );
  });
});
