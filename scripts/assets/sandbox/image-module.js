const PAGE = 65536;
const IMPORT_SECTION = 2;
const DATA_SECTION = 11;
/** A gap of zeros shorter than this is cheaper to keep than a segment's header. */
const GAP = 64;

/**
 * Turns Pyodide's memory snapshot into a WebAssembly module that imports a memory (`image.memory`) and fills it by its
 * data segments. Browsers share a module between workers, so that no worker gets a copy of the memory to copy it again.
 * `head`: the snapshot's own header, which Pyodide reads beside the memory. `pages`: the memory's size.
 */
export function imageModule(snapshot) {
  const start = new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true);
  const memory = snapshot.subarray(start);
  const pages = Math.ceil(memory.length / PAGE);
  const name = (text) => [...leb(text.length), ...Buffer.from(text)];
  const imported = Buffer.from([1, ...name("image"), ...name("memory"), 2, 0, ...leb(pages)]);
  const segments = segmentsOf(memory).map(([from, to]) =>
    // An active segment: i32.const FROM, end.
    Buffer.concat([Buffer.from([0, 0x41, ...signedLeb(from), 0x0b, ...leb(to - from)]), memory.subarray(from, to)]),
  );
  const wasm = Buffer.concat([
    Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    section(IMPORT_SECTION, imported),
    section(DATA_SECTION, Buffer.concat([Buffer.from(leb(segments.length)), ...segments])),
  ]);
  return { wasm, head: snapshot.subarray(0, start), pages };
}

/** The ranges of the memory that hold anything but zeros. */
function segmentsOf(memory) {
  const ranges = [];
  const words = new Uint32Array(memory.buffer.slice(memory.byteOffset, memory.byteOffset + memory.length));
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 0) continue;
    const last = ranges.at(-1);
    if (last && i * 4 - last[1] < GAP) last[1] = i * 4 + 4;
    else ranges.push([i * 4, i * 4 + 4]);
  }
  return ranges;
}

function section(id, content) {
  return Buffer.concat([Buffer.from([id, ...leb(content.length)]), content]);
}

function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return bytes;
}

function signedLeb(value) {
  const bytes = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    const done = value === 0 && !(low & 0x40);
    bytes.push(low | (done ? 0 : 0x80));
    if (done) return bytes;
  }
}
