const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** A WebAssembly page. */
export const PAGE_BYTES = 65536;

/**
 * A copy of a WebAssembly binary whose memory starts with `minimum` pages and never grows beyond `maximum`: the engine
 * itself then refuses more, and Python raises MemoryError. Throws when the binary has no such memory or no room for them.
 */
export function limitMemory(wasm: Uint8Array, minimum: number, maximum: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(wasm);
  const { at, minimumLength, maximumLength } = findMemory(copy);
  writeLeb(copy, at, minimumLength, minimum);
  writeLeb(copy, at + minimumLength, maximumLength, maximum);
  return copy;
}

function findMemory(bytes: Uint8Array): { at: number; minimumLength: number; maximumLength: number } {
  let at = 8; // magic number and version
  while (at < bytes.length) {
    const id = bytes[at];
    const size = readLeb(bytes, at + 1);
    const start = at + 1 + size.length;
    if (id !== MEMORY_SECTION) {
      at = start + size.value;
      continue;
    }
    const count = readLeb(bytes, start);
    const flags = bytes[start + count.length] ?? 0;
    if (count.value !== 1 || !(flags & HAS_MAXIMUM)) break;
    const limits = start + count.length + 1;
    const minimumLength = readLeb(bytes, limits).length;
    return { at: limits, minimumLength, maximumLength: readLeb(bytes, limits + minimumLength).length };
  }
  throw new Error("This WebAssembly binary has no memory of its own with a maximum.");
}

function readLeb(bytes: Uint8Array, at: number): { value: number; length: number } {
  let value = 0;
  for (let length = 0; ; length++) {
    const byte = bytes[at + length];
    if (byte === undefined || length > 4) throw new Error("This is not a WebAssembly binary.");
    value += (byte & 0x7f) * 2 ** (7 * length);
    if (byte < 0x80) return { value, length: length + 1 };
  }
}

/** Writes in the given number of bytes, padded: nothing behind it moves. */
function writeLeb(bytes: Uint8Array, at: number, length: number, value: number): void {
  if (value < 0 || value >= 2 ** (7 * length)) throw new Error(`${value} pages do not fit into the binary's limits.`);
  for (let i = 0; i < length; i++) {
    bytes[at + i] = (Math.floor(value / 2 ** (7 * i)) & 0x7f) | (i < length - 1 ? 0x80 : 0);
  }
}
