import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-web";
import { UserError } from "../../protocol/index.ts";
import { fromHalf } from "../half.ts";

export type Tensors = Record<string, Tensor>;

/** One key or value input: its heads and size are fixed by the graph, so a past can be made for it. */
export interface PastInput {
  name: string;
  output: string;
  half: boolean;
  heads: number;
  size: number;
}

/** The graph's inputs of keys and values. UserError: it has none, so it is no decoder. */
export function pastInputs(session: InferenceSession, config: Record<string, unknown>): PastInput[] {
  const metadata = session.inputMetadata.filter((input) => input.name.startsWith("past_key_values."));
  if (metadata.length === 0 || !session.outputNames.includes("logits")) {
    throw new UserError("The ONNX file is no decoder with past keys and values: convert the model again.");
  }
  return metadata.map((input) => {
    if (!input.isTensor)
      throw new UserError(`The ONNX file's input ${input.name} is no tensor: convert the model again.`);
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

/** Keys or values from plain numbers; half-precision ones as their bits. */
export function pastTensor(
  Tensor: TensorConstructor,
  values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  dims: number[],
): Tensor {
  return values instanceof Uint16Array ? new Tensor("float16", values, dims) : new Tensor("float32", values, dims);
}

/** Whole numbers as a tensor. */
export function int64(Tensor: TensorConstructor, values: readonly number[], dims: number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), dims);
}

/** Rows of a tensor's last dimension, counted over all others; each is the caller's own. */
export async function readRows(tensor: Tensor, rows: readonly number[]): Promise<Float32Array[]> {
  const data = await tensor.getData(true);
  const width = tensor.dims.at(-1) ?? 0;
  return rows.map((row) => {
    const part = (data as Float32Array).subarray(row * width, (row + 1) * width);
    return tensor.type === "float32" ? part.slice() : fromHalf(part);
  });
}

/** The new keys and values of a pass, under the names of the inputs that take them. */
export function present(inputs: readonly PastInput[], outputs: Tensors): Tensors {
  return Object.fromEntries(inputs.map(({ name, output }) => [name, outputs[output]!]));
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
