import type { TensorConstructor } from "onnxruntime-web";
import { UserError, type AdapterUse } from "../../protocol/index.ts";
import { MODULES, type DecoderShape, type Lora, type Module } from "../adapters/index.ts";
import { toHalf } from "../half.ts";
import { pastTensor, type Tensors } from "./graph-io.ts";
import { BLOCK, GATE, matrixInputs } from "./lora-graph.ts";

/** The adapters that are loaded, one behind the other in blocks of ranks, as the graph takes them. */
export class LoraInputs {
  private loaded: Lora[] = [];
  private matrices: Tensors;

  constructor(
    private readonly Tensor: TensorConstructor,
    private readonly shape: DecoderShape,
    private readonly half: boolean,
  ) {
    this.matrices = this.stacked();
  }

  /** Loads an adapter; one that is loaded already stays as it is. */
  add(lora: Lora): void {
    if (!this.loaded.some(({ sha256 }) => sha256 === lora.sha256)) this.change([...this.loaded, lora]);
  }

  drop(sha256: string): void {
    this.change(this.loaded.filter((lora) => lora.sha256 !== sha256));
  }

  /** What the graph takes for a pass over these rows. UserError: a row names an adapter that is not loaded. */
  feeds(rows: readonly (AdapterUse | null)[]): Tensors {
    const ranks = this.blocks() * BLOCK;
    const gates = new Float32Array(rows.length * ranks);
    for (const [row, use] of rows.entries()) {
      if (!use) continue;
      const { lora, from } = this.placed().find((one) => one.lora.sha256 === use.sha256) ?? gone();
      gates.fill(use.scale, row * ranks + from * BLOCK, row * ranks + from * BLOCK + lora.rank);
    }
    return { ...this.matrices, [GATE]: this.tensor(gates, [rows.length, this.blocks(), 1, BLOCK]) };
  }

  private change(loaded: Lora[]): void {
    this.loaded = loaded;
    this.matrices = this.stacked();
  }

  /** All adapters' blocks; never none, as not every device multiplies with an empty matrix. */
  private blocks(): number {
    return Math.max(
      1,
      this.loaded.reduce((sum, lora) => sum + blocksOf(lora), 0),
    );
  }

  /** The adapters with their first blocks. */
  private placed(): { lora: Lora; from: number }[] {
    let next = 0;
    return this.loaded.map((lora) => ({ lora, from: (next += blocksOf(lora)) - blocksOf(lora) }));
  }

  private stacked(): Tensors {
    return Object.assign({}, ...MODULES.map((module) => this.stackedModule(module))) as Tensors;
  }

  private stackedModule(module: Module): Tensors {
    const { layers, sizes } = this.shape;
    const [inputs, outputs] = sizes[module];
    const blocks = this.blocks();
    const a = new Float32Array(layers * blocks * inputs * BLOCK);
    const b = new Float32Array(layers * blocks * BLOCK * outputs);
    for (const { lora, from } of this.placed()) {
      for (const matrix of lora.matrices.filter((one) => one.module === module)) {
        for (let first = 0; first < matrix.rank; first += BLOCK) {
          const block = matrix.layer * blocks + from + first / BLOCK;
          const end = Math.min(matrix.rank, first + BLOCK);
          for (let row = 0; row < inputs; row++) {
            const stored = row * matrix.rank;
            a.set(matrix.a.subarray(stored + first, stored + end), (block * inputs + row) * BLOCK);
          }
          b.set(matrix.b.subarray(first * outputs, end * outputs), block * BLOCK * outputs);
        }
      }
    }
    const [nameA, nameB] = matrixInputs(module);
    return {
      [nameA]: this.tensor(a, [layers, blocks, inputs, BLOCK]),
      [nameB]: this.tensor(b, [layers, blocks, BLOCK, outputs]),
    };
  }

  private tensor(values: Float32Array<ArrayBuffer>, dims: number[]) {
    return pastTensor(this.Tensor, this.half ? toHalf(values) : values, dims);
  }
}

function blocksOf({ rank }: Lora): number {
  return Math.ceil(rank / BLOCK);
}

function gone(): never {
  throw new UserError("The adapter is not loaded any more: load it again.");
}
