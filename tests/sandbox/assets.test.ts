import { afterEach, describe, expect, it, vi } from "vitest";
import { gzipSync } from "node:zlib";
import { loadAssets } from "../../src/sandbox/assets.ts";

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
  "i.gz": "unpacked by the browser",
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

const textOf = (bytes: ArrayBuffer | Uint8Array) => new TextDecoder().decode(bytes);

describe("loadAssets", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("fetches below the document and unpacks what is packed", async () => {
    serve();
    const assets = await loadAssets();
    expect(assets).toMatchObject({ script: "the worker", pages: 7 });
    expect([assets.wasm, assets.stdlib, assets.site, assets.image, assets.head].map(textOf)).toEqual([
      "wasm",
      "PK stdlib",
      "PK site",
      "unpacked by the browser",
      "h",
    ]);
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
