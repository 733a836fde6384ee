import { UserError } from "../../protocol/index.ts";

/** A value of a GGUF file's metadata: 64-bit numbers are bigints, arrays hold one kind. */
export type GgufValue = string | number | bigint | boolean | GgufValue[];

/** The head of a GGUF file: everything but the numbers of its tensors. */
export interface Gguf {
  metadata: ReadonlyMap<string, GgufValue>;
  /** ggml's sizes of each tensor, the fastest first: a matrix is [inputs, outputs]. */
  shapes: ReadonlyMap<string, readonly number[]>;
}

/** A tensor to be written, in fp32; `shape` as in `Gguf`. */
export interface GgufTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

// Codes of the specification: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
const MAGIC = 0x46554747;
const VERSION = 3;
const ALIGNMENT = 32;
const [FLOAT32, STRING, ARRAY] = [6, 8, 9];
const F32_TENSOR = 0;

/** Reads the head of a GGUF file. `place` names it in errors. UserError: it is none, of another version, or cut off. */
export function readGguf(bytes: Uint8Array, place: string): Gguf {
  const reader = new Reader(bytes);
  try {
    if (reader.uint32() !== MAGIC) throw new UserError(`${place} is no GGUF file: choose one.`);
    const version = reader.uint32();
    if (version < 2 || version > VERSION) {
      throw new UserError(`${place} is GGUF version ${version}, and 2 and 3 can be read: convert it anew.`);
    }
    const [tensors, pairs] = [reader.size(), reader.size()];
    const metadata = new Map<string, GgufValue>();
    for (let i = 0; i < pairs; i++) metadata.set(reader.text(), reader.value(reader.uint32()));
    const shapes = new Map<string, number[]>();
    for (let i = 0; i < tensors; i++) {
      const name = reader.text();
      shapes.set(
        name,
        Array.from({ length: reader.uint32() }, () => reader.size()),
      );
      reader.skip(12); // type and offset
    }
    return { metadata, shapes };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${place} is cut off or damaged: load the model again.`);
  }
}

/** A GGUF file with these tensors; metadata may be texts and fp32 numbers. */
export function writeGguf(
  metadata: Readonly<Record<string, string | number>>,
  tensors: readonly GgufTensor[],
): Uint8Array<ArrayBuffer> {
  const head = new Writer();
  head.uint32(MAGIC).uint32(VERSION).size(tensors.length).size(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    head.text(key);
    if (typeof value === "string") head.uint32(STRING).text(value);
    else head.uint32(FLOAT32).float32(value);
  }
  let at = 0;
  const places = tensors.map(({ name, shape, values }) => {
    const place = at;
    head.text(name).uint32(shape.length);
    for (const size of shape) head.size(size);
    head.uint32(F32_TENSOR).size(place);
    at = aligned(at + values.byteLength);
    return place;
  });
  const start = aligned(head.length);
  const file = new Uint8Array(start + at);
  file.set(head.bytes());
  for (const [i, { values }] of tensors.entries()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start + places[i]!);
  }
  return file;
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

/** Reads little-endian values one after the other; a RangeError past the end. */
class Reader {
  private readonly view: DataView;
  private readonly decoder = new TextDecoder();
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  size(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  text(): string {
    const length = this.size();
    const start = this.take(length);
    return this.decoder.decode(this.bytes.subarray(start, start + length));
  }

  skip(length: number): void {
    this.take(length);
  }

  value(kind: number): GgufValue {
    if (kind === STRING) return this.text();
    if (kind === ARRAY) {
      const [inner, count] = [this.uint32(), this.size()];
      return Array.from({ length: count }, () => this.value(inner));
    }
    const [width, read] = NUMBERS[kind] ?? [];
    if (!width || !read) throw new RangeError(`no kind ${kind}`);
    return read(this.view, this.take(width));
  }

  private take(length: number): number {
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("past the end");
    return start;
  }
}

const NUMBERS: Record<number, [width: number, read: (view: DataView, at: number) => number | bigint | boolean]> = {
  0: [1, (view, at) => view.getUint8(at)],
  1: [1, (view, at) => view.getInt8(at)],
  2: [2, (view, at) => view.getUint16(at, true)],
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [4, (view, at) => view.getUint32(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getFloat32(at, true)],
  7: [1, (view, at) => view.getUint8(at) !== 0],
  10: [8, (view, at) => view.getBigUint64(at, true)],
  11: [8, (view, at) => view.getBigInt64(at, true)],
  12: [8, (view, at) => view.getFloat64(at, true)],
};

/** Collects little-endian values. */
class Writer {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  uint32(value: number): this {
    return this.add(4, (view) => view.setUint32(0, value, true));
  }

  size(value: number): this {
    return this.add(8, (view) => view.setBigUint64(0, BigInt(value), true));
  }

  float32(value: number): this {
    return this.add(4, (view) => view.setFloat32(0, value, true));
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.size(bytes.length).append(bytes);
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private add(width: number, write: (view: DataView) => void): this {
    const bytes = new Uint8Array(width);
    write(new DataView(bytes.buffer));
    return this.append(bytes);
  }

  private append(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }
}
