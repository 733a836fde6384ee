import type { Tensor, TensorConstructor } from "onnxruntime-web";
import type { Past } from "../decoding/index.ts";
import { pastTensor, type PastInput, type Tensors } from "./graph-io.ts";

type Values = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/**
 * Keys and values of rows that lie together, [rows, heads, width, size] for each input. A row grows in place: what a past
 * sees of it is never changed, as new tokens are written behind the newest past only.
 */
export class KeyValues {
  private readonly values: ReadonlyMap<string, Values>;
  /** Places of each row that some past sees. */
  private readonly ends: number[];

  constructor(
    private readonly inputs: readonly PastInput[],
    readonly rows: number,
    readonly width: number,
  ) {
    this.values = new Map(
      inputs.map(({ name, half, heads, size }) => {
        const length = rows * heads * width * size;
        return [name, half ? new Uint16Array(length) : new Float32Array(length)];
      }),
    );
    this.ends = new Array<number>(rows).fill(0);
  }

  /** Whether tokens can be written behind this past: it is its row's newest, and there is room. */
  takes(past: RowPast, tokens: number): boolean {
    return past.home === this && this.ends[past.row] === past.length && past.length + tokens <= this.width;
  }

  /** All rows, or one, as the graph takes them; nothing is copied. */
  tensors(Tensor: TensorConstructor, row?: number): Tensors {
    const [from, count] = row === undefined ? [0, this.rows] : [row, 1];
    return Object.fromEntries(
      this.inputs.map(({ name, heads, size }) => {
        const length = heads * this.width * size;
        const part = this.values.get(name)!.subarray(from * length, (from + count) * length) as Values;
        return [name, pastTensor(Tensor, part, [count, heads, this.width, size])];
      }),
    );
  }

  /** Writes the tokens that a pass computed for its row `from` behind the first `length` places of `row`. */
  async append(row: number, length: number, tokens: number, outputs: Tensors, from: number): Promise<RowPast> {
    for (const { name, output, heads, size } of this.inputs) {
      // On a GPU this fetches them.
      const fresh = (await outputs[output]!.getData()) as Float32Array;
      const into = this.values.get(name)!;
      for (let head = 0; head < heads; head++) {
        const start = (from * heads + head) * tokens * size;
        into.set(fresh.subarray(start, start + tokens * size), ((row * heads + head) * this.width + length) * size);
      }
    }
    this.ends[row] = length + tokens;
    return new RowPast(this, row, length + tokens, length);
  }

  /** Copies a past to the beginning of a row. */
  copy(past: RowPast, row: number): RowPast {
    for (const { name, heads, size } of this.inputs) {
      const from = past.home.values.get(name)!;
      const into = this.values.get(name)!;
      for (let head = 0; head < heads; head++) {
        const start = (past.row * heads + head) * past.home.width * size;
        into.set(from.subarray(start, start + past.length * size), (row * heads + head) * this.width * size);
      }
    }
    this.ends[row] = past.length;
    return new RowPast(this, row, past.length, past.length);
  }

  /** Gives the places of the row's newest past back. */
  retreat(row: number, from: number, to: number): void {
    if (this.ends[row] === from) this.ends[row] = to;
  }
}

/** The first `length` places of one row; the last of them, from `begun` on, were written for it. */
export class RowPast implements Past {
  constructor(
    readonly home: KeyValues,
    readonly row: number,
    readonly length: number,
    private readonly begun: number,
  ) {}

  dispose(): void {
    this.home.retreat(this.row, this.length, this.begun);
  }
}

/** The home in which all of these rows can grow by a token, if hardly any others lie in it; else null. */
export function sharedHome(pasts: readonly RowPast[]): KeyValues | null {
  const home = pasts[0]!.home;
  // A row that left is computed along for nothing until a quarter has left: that costs less than the copy.
  const fits = pasts.length >= 0.75 * home.rows && pasts.every((past) => home.takes(past, 1));
  return fits && new Set(pasts.map(({ row }) => row)).size === pasts.length ? home : null;
}

/** Frees what a pass gave. */
export function disposeAll(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) tensor.dispose();
}
