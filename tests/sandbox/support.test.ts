import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sandboxSupport } from "../../src/sandbox/support.ts";

// Node has all but workers of this kind.
beforeEach(() => vi.stubGlobal("Worker", class {}));
afterEach(() => vi.unstubAllGlobals());

it("is there where a browser has everything", () => expect(sandboxSupport()).toBeNull());

it.each([
  ["WebAssembly", undefined, /WebAssembly, which this browser does not have or has switched off: /],
  ["crypto", {}, /came unencrypted from another machine.*: open it by https, or at localhost\.$/],
  ["Worker", undefined, /too old for the sandbox/],
  ["DecompressionStream", undefined, /too old for the sandbox/],
])("without %s it says so in one sentence", (name, value, sentence) => {
  vi.stubGlobal(name, value);
  expect(sandboxSupport()).toMatch(sentence);
  expect(sandboxSupport()).toMatch(/^[^\n]+\.$/);
});
