import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { UserError } from "../../src/protocol/index.ts";
import { compress, decompress, fromBase64Url, toBase64Url } from "../../src/share/compress.ts";

describe("compression", () => {
  it("gives every text back", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        expect(await decompress(await compress(text), 64 * 1024)).toBe(text);
      }),
      { numRuns: 40 },
    ));

  it("keeps a byte order mark, as any character", async () => {
    expect(await decompress(await compress("\uFEFF{}"), 100)).toBe("\uFEFF{}");
  });

  it("allows exactly its limit, in bytes", async () => {
    expect(await decompress(await compress("é".repeat(512)), 1024)).toHaveLength(512);
    await expect(decompress(await compress("é".repeat(512) + "x"), 1024)).rejects.toThrow(/unpacks to more than 1 KiB/);
  });

  it("stops a text that grows without end early", async () => {
    const bomb = await compress("\0".repeat(64 * 2 ** 20));
    expect(bomb.byteLength).toBeLessThan(100 * 1024);
    const reads = vi.spyOn(ReadableStreamDefaultReader.prototype, "read");
    const cancels = vi.spyOn(ReadableStreamDefaultReader.prototype, "cancel");
    await expect(decompress(bomb, 4096)).rejects.toThrow(UserError);
    expect(reads).toHaveBeenCalledTimes(1);
    expect(cancels).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });

  it("refuses bytes that are no text", async () => {
    const stream = new Blob([Uint8Array.of(0xff, 0xfe)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    await expect(decompress(bytes, 100)).rejects.toThrow(TypeError);
  });
});

describe("base64url", () => {
  it("gives all bytes back, in letters that an address keeps", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toMatch(/^[\w-]*$/);
        expect(encodeURIComponent(text)).toBe(text);
        expect(fromBase64Url(text)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it("throws for what is not of its alphabet", () => {
    expect(() => fromBase64Url("a*b")).toThrow();
  });
});
