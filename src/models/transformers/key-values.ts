import type { Tensor, TensorConstructor } from "onnxruntime-web";
import type { Past } from "../decoding/index.ts";
import { pastTensor, type PastInput, type Tensors } from "./graph-io.ts";

type Values = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/**
 * Keys and values of rows that lie together, [rows, heads, width, size] for each input. A row grows in place: what a past
 * sees of it is never changed, as new tokens are written behind the newest past only. A row that no past sees any more is
 * free for others.
 */
export class KeyValues {
  private readonly values: ReadonlyMap<string, Values>;
  /** Places of each row that some past sees. */
  private readonly ends: number[];
  /** Pasts that see something of each row. */
  private readonly seeing: number[];

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
    this.seeing = new Array<number>(rows).fill(0);
  }

  /** Whether tokens can be written behind this past: it is its row's newest, and there is room. */
  takes(past: RowPast, tokens: number): boolean {
    return past.home === this && this.ends[past.row] === past.length && past.length + tokens <= this.width;
  }

  /**
   * Brings these pasts into the first rows, one each, so that all can grow by a token; only those are copied that lie
   * elsewhere. Null: there is no room.
   */
  gather(pasts: readonly RowPast[]): RowPast[] | null {
    const count = pasts.length;
    if (count > this.rows || pasts.some(({ length }) => length >= this.width)) return null;
    const owners = new Map<number, number>();
    for (const [place, past] of pasts.entries()) {
      if (past.row < count && this.takes(past, 1) && !owners.has(past.row)) owners.set(past.row, place);
    }
    const free = Array.from({ length: count }, (_, row) => row).filter((row) => !owners.has(row) && !this.seeing[row]);
    if (free.length < count - owners.size) return null;
    return pasts.map((past, place) => (owners.get(past.row) === place ? past : this.copy(past, free.pop()!)));
  }

  /** Copies a past to a row that no past sees, if there is one with so many places. */
  take(past: RowPast, places: number): RowPast | null {
    const row = places <= this.width ? this.seeing.indexOf(0) : -1;
    return row < 0 ? null : this.copy(past, row);
  }

  /** The past of nothing, in a row that no past sees. */
  begin(row: number): RowPast {
    this.ends[row] = 0;
    return this.seen(row, 0, 0);
  }

  /** `count` rows as the graph takes them; nothing is copied. */
  tensors(Tensor: TensorConstructor, from: number, count: number): Tensors {
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
    return this.seen(row, length + tokens, length);
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
    return this.seen(row, past.length, past.length);
  }

  /** Gives the places of a past back if it was the row's newest. */
  leave(row: number, from: number, to: number): void {
    if (this.ends[row] === from) this.ends[row] = to;
    this.seeing[row]!--;
  }

  private seen(row: number, length: number, begun: number): RowPast {
    this.seeing[row]!++;
    return new RowPast(this, row, length, begun);
  }
}

/** The first `length` places of one row; the last of them, from `begun` on, were written for it. */
export class RowPast implements Past {
  private left = false;

  constructor(
    readonly home: KeyValues,
    readonly row: number,
    readonly length: number,
    private readonly begun: number,
  ) {}

  dispose(): void {
    if (this.left) return;
    this.left = true;
    this.home.leave(this.row, this.length, this.begun);
  }
}

/** Frees what a pass gave. */
export function disposeAll(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) tensor.dispose();
}
