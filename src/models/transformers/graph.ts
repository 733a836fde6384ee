import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-web";
import { UserError } from "../../protocol/index.ts";
import type { Past, Session, Step } from "../decoding/index.ts";
import { fromHalf } from "./half.ts";

type KeyValues = Record<string, Tensor>;

/** One key or value input: its width is fixed by the graph, so an empty past can be made for it. */
interface PastInput {
  name: string;
  output: string;
  half: boolean;
  heads: number;
  size: number;
}

/**
 * A decoder graph in onnxruntime: with our extra input `last` (the positions that reach the vocabulary's matrix) or
 * without, with `position_ids` or without, with float32 or float16 keys and values.
 */
export class GraphSession implements Session {
  private readonly inputs: PastInput[];

  constructor(
    private readonly session: InferenceSession,
    private readonly Tensor: TensorConstructor,
    config: Record<string, unknown>,
  ) {
    this.inputs = pastInputs(session, config);
  }

  async forward(ids: readonly number[], past: Past | null, picked: readonly number[]): Promise<Step> {
    const before = past ? past.length : 0;
    const total = before + ids.length;
    const feeds: KeyValues = {
      ...(past instanceof GraphPast ? past.tensors : this.emptyPast()),
      input_ids: this.int64(ids, [1, ids.length]),
      attention_mask: this.int64(new Array<number>(total).fill(1), [1, total]),
    };
    if (this.takes("last")) feeds.last = this.int64(picked, [1, picked.length, 1]);
    if (this.takes("position_ids")) {
      feeds.position_ids = this.int64(
        ids.map((_, i) => before + i),
        [1, ids.length],
      );
    }
    const outputs = await this.session.run(feeds);
    const logits = await readRows(outputs.logits!, this.takes("last") ? picked.map((_, row) => row) : picked);
    const tensors = Object.fromEntries(this.inputs.map(({ name, output }) => [name, outputs[output]!]));
    return { logits, past: new GraphPast(tensors, total) };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private takes(input: string): boolean {
    return this.session.inputNames.includes(input);
  }

  private emptyPast(): KeyValues {
    return Object.fromEntries(
      this.inputs.map(({ name, half, heads, size }) => {
        const dims = [1, heads, 0, size];
        return [name, half ? new this.Tensor("float16", new Uint16Array(0), dims) : new this.Tensor("float32", [], dims)];
      }),
    );
  }

  private int64(values: readonly number[], dims: number[]): Tensor {
    return new this.Tensor("int64", BigInt64Array.from(values, BigInt), dims);
  }
}

/** Keys and values as onnxruntime gave them; on WebGPU they stay in the GPU's memory until they are disposed. */
class GraphPast implements Past {
  constructor(
    readonly tensors: KeyValues,
    readonly length: number,
  ) {}

  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
  }
}

async function readRows(tensor: Tensor, rows: readonly number[]): Promise<Float32Array[]> {
  const data = await tensor.getData(true);
  const width = tensor.dims.at(-1) ?? 0;
  return rows.map((row) => {
    const part = (data as Float32Array).subarray(row * width, (row + 1) * width);
    return tensor.type === "float32" ? part.slice() : fromHalf(part);
  });
}

function pastInputs(session: InferenceSession, config: Record<string, unknown>): PastInput[] {
  const metadata = session.inputMetadata.filter((input) => input.name.startsWith("past_key_values."));
  if (metadata.length === 0 || !session.outputNames.includes("logits")) {
    throw new UserError("The ONNX file is no decoder with past keys and values: convert the model again.");
  }
  return metadata.map((input) => {
    if (!input.isTensor) throw new UserError(`The ONNX file's input ${input.name} is no tensor: convert the model again.`);
    const [, heads, , size] = input.shape;
    return {
      name: input.name,
      output: input.name.replace("past_key_values", "present"),
      half: input.type === "float16",
      heads: fixed(heads) ?? number(config.num_key_value_heads) ?? number(config.num_attention_heads) ?? 1,
      size: fixed(size) ?? number(config.head_dim) ?? headSize(config),
    };
  });
}

function fixed(dimension: number | string | undefined): number | null {
  return typeof dimension === "number" && dimension > 0 ? dimension : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function headSize(config: Record<string, unknown>): number {
  return (number(config.hidden_size) ?? 0) / (number(config.num_attention_heads) ?? 1);
}
