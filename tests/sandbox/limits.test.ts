import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { limitMemory, PAGE_BYTES } from "../../src/sandbox/limits.ts";

/** A module that exports a memory: `limits` is the memory section's content. */
function moduleWith(limits: number[]): Uint8Array {
  const exported = [1, 1, 0x6d, 2, 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[0, 3, 1, 0x78, 0],
    ...[5, limits.length, ...limits],
    ...[7, exported.length, ...exported],
  ]);
}

/** The binary with the patch in its place. */
function limited(wasm: Uint8Array, minimum: number, maximum: number): Uint8Array<ArrayBuffer> {
  const { at, bytes } = limitMemory(wasm, minimum, maximum);
  const copy = new Uint8Array(wasm);
  copy.set(bytes, at);
  return copy;
}

async function memoryOf(wasm: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Memory> {
  const { instance } = await WebAssembly.instantiate(wasm);
  return instance.exports["m"] as WebAssembly.Memory;
}

describe("limitMemory", () => {
  // 480 and 65536 pages, as Pyodide's binary has them.
  const wasm = moduleWith([1, 1, 0xe0, 0x03, 0x80, 0x80, 0x04]);

  it("sets what the memory starts with and what it ends at", async () => {
    const memory = await memoryOf(limited(wasm, 500, 510));
    expect(memory.buffer.byteLength).toBe(500 * PAGE_BYTES);
    memory.grow(10);
    expect(() => memory.grow(1)).toThrow();
  });

  it("pads small numbers and refuses what has no room", async () => {
    expect((await memoryOf(limited(wasm, 1, 1))).buffer.byteLength).toBe(PAGE_BYTES);
    expect(() => limitMemory(wasm, 16384, 20000)).toThrow("16384 pages do not fit");
  });

  it("refuses a binary without a memory of its own that has a maximum", () => {
    expect(() => limitMemory(moduleWith([1, 0, 1]), 1, 2)).toThrow("no memory of its own");
    expect(() => limitMemory(wasm.subarray(0, 8), 1, 2)).toThrow("no memory of its own");
    expect(() => limitMemory(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]), 1, 2)).toThrow("not a WebAssembly");
  });

  it("finds the place in the first bytes of Pyodide's own binary", () => {
    const wasm = readFileSync(createRequire(import.meta.url).resolve("pyodide/pyodide.asm.wasm"));
    const [minimum, maximum] = [900, 900 + 900 * 16];
    expect(limitMemory(wasm.subarray(0, 2 ** 17), minimum, maximum)).toEqual(limitMemory(wasm, minimum, maximum));
    expect(WebAssembly.validate(limited(wasm, minimum, maximum))).toBe(true);
  });
});
