import type { InferenceSession, TensorConstructor } from "onnxruntime-web";
import type { AdapterUse } from "../../protocol/index.ts";
import type { Past, Session, Step } from "../decoding/index.ts";
import { int64, pastInputs, pastTensor, present, readRows, type PastInput, type Tensors } from "./graph-io.ts";
import type { LoraInputs } from "./lora-inputs.ts";

/**
 * A decoder graph in onnxruntime whose keys and values grow with every pass: with our extra input `last` (the positions
 * that reach the vocabulary's matrix) or without, with `position_ids` or without, with float32 or float16 keys and values.
 */
export class GraphSession implements Session {
  private readonly inputs: PastInput[];

  constructor(
    private readonly session: InferenceSession,
    private readonly Tensor: TensorConstructor,
    config: Record<string, unknown>,
    private readonly adapters: LoraInputs | null,
  ) {
    this.inputs = pastInputs(session, config);
  }

  async forward(
    ids: readonly number[],
    past: Past | null,
    picked: readonly number[],
    adapter: AdapterUse | null = null,
  ): Promise<Step> {
    const before = past ? past.length : 0;
    const total = before + ids.length;
    const feeds: Tensors = {
      ...(past instanceof GraphPast ? past.tensors : this.emptyPast()),
      input_ids: int64(this.Tensor, ids, [1, ids.length]),
      attention_mask: int64(this.Tensor, new Array<number>(total).fill(1), [1, total]),
      ...this.adapters?.feeds([adapter]),
    };
    if (this.takes("last")) feeds.last = int64(this.Tensor, picked, [1, picked.length, 1]);
    if (this.takes("position_ids")) {
      feeds.position_ids = int64(
        this.Tensor,
        ids.map((_, i) => before + i),
        [1, ids.length],
      );
    }
    const outputs = await this.session.run(feeds);
    const logits = await readRows(outputs.logits!, this.takes("last") ? picked.map((_, row) => row) : picked);
    return { logits, past: new GraphPast(present(this.inputs, outputs), total) };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private takes(input: string): boolean {
    return this.session.inputNames.includes(input);
  }

  private emptyPast(): Tensors {
    return Object.fromEntries(
      this.inputs.map(({ name, half, heads, size }) => {
        const none = half ? new Uint16Array() : new Float32Array();
        return [name, pastTensor(this.Tensor, none, [1, heads, 0, size])];
      }),
    );
  }
}

/** Keys and values as onnxruntime gave them; on WebGPU they stay in the GPU's memory until they are disposed. */
class GraphPast implements Past {
  constructor(
    readonly tensors: Tensors,
    readonly length: number,
  ) {}

  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
  }
}
