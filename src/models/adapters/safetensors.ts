import { UserError } from "../../protocol/index.ts";
import { fromHalf } from "../half.ts";

/** A tensor of a safetensors file, widened to fp32. */
export interface StoredTensor {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const WIDTHS: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };
const WIDE: Record<string, (stored: ArrayBuffer) => Float32Array<ArrayBuffer>> = {
  F32: (stored) => new Float32Array(stored),
  F16: (stored) => fromHalf(new Uint16Array(stored)),
  // bfloat16 is the upper half of a float32.
  BF16: (stored) => new Float32Array(Uint32Array.from(new Uint16Array(stored), (bits) => bits << 16).buffer),
};

/**
 * All tensors of a file in the safetensors format (https://github.com/huggingface/safetensors): a length, a JSON table, and
 * the numbers. `place` names the file in errors. UserError: it is cut off or no such file, or holds other numbers than
 * floats of 16 or 32 bits.
 */
export function readSafetensors(bytes: Uint8Array, place: string): Map<string, StoredTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength < 8 ? Infinity : Number(view.getBigUint64(0, true));
  const table = readTable(bytes, length, place);
  const data = bytes.subarray(8 + length);
  return new Map(
    Object.entries(table)
      .filter(([name]) => name !== "__metadata__")
      .map(([name, entry]) => [name, readTensor(data, name, entry, place)]),
  );
}

function readTable(bytes: Uint8Array, length: number, place: string): Record<string, Entry> {
  if (8 + length > bytes.byteLength)
    throw new UserError(`${place} is no safetensors file, or was cut off: copy it again.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, Entry>;
  } catch {
    throw new UserError(`${place} is no safetensors file: its table of tensors is no JSON.`);
  }
}

function readTensor(data: Uint8Array, name: string, entry: Entry, place: string): StoredTensor {
  const { dtype, shape, data_offsets: [from, to] = [NaN, NaN] } = entry ?? {};
  const width = WIDTHS[dtype];
  if (!width) throw new UserError(`${place}: the tensor ${name} is stored as ${dtype}: save it as F32, F16 or BF16.`);
  const count = Array.isArray(shape) ? shape.reduce((product, size) => product * size, 1) : NaN;
  if (!(to - from === count * width && to <= data.byteLength && from >= 0)) {
    throw new UserError(`${place}: the tensor ${name} is cut off: copy the file again.`);
  }
  // A copy, as a tensor may begin at any byte.
  return { shape, values: WIDE[dtype]!(new Uint8Array(data.subarray(from, to)).buffer) };
}
