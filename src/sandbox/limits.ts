const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** A WebAssembly page. */
export const PAGE_BYTES = 65536;

/** Bytes that take the place of those of a file from `at` on. */
export interface Patch {
  at: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What makes the memory of a WebAssembly binary start with `minimum` pages and never grow beyond `maximum`: the engine
 * itself then refuses more, and Python raises MemoryError. `start`: the binary, or as much of it as comes before its
 * memory is described. Throws when there is no such memory or no room for the numbers.
 */
export function limitMemory(start: Uint8Array, minimum: number, maximum: number): Patch {
  const { at, minimumLength, maximumLength } = findMemory(start);
  const bytes = new Uint8Array(minimumLength + maximumLength);
  writeLeb(bytes, 0, minimumLength, minimum);
  writeLeb(bytes, minimumLength, maximumLength, maximum);
  return { at, bytes };
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
