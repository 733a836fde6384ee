import type { InferenceSession, TensorConstructor } from "onnxruntime-web";
import type { AdapterUse } from "../../protocol/index.ts";
import type { Past, Session, Step } from "../decoding/index.ts";
import { int64, pastInputs, readRows, type PastInput, type Tensors } from "./graph-io.ts";
import { disposeAll, KeyValues, type RowPast } from "./key-values.ts";
import type { LoraInputs } from "./lora-inputs.ts";

/**
 * Widths are multiples of this. onnxruntime sums a row's attention in lanes of 16 numbers, so that zeros behind a row's
 * end change no bit of it: a row's numbers do not depend on how wide its neighbours are.
 */
const LANES = 16;
/** Places that a row gets beyond its prompt, so that it is not copied soon. */
const SPARE = 32;

/** What a pass gets for a row: new tokens behind `before` places. */
interface Fed {
  ids: readonly number[];
  before: number;
  adapter: AdapterUse | null;
}

/** Whether a graph gives its new tokens' keys and values alone, to be written into the past (trainer/convert). */
export function isPlaced({ inputNames }: InferenceSession): boolean {
  return inputNames.includes("position_ids") && inputNames.includes("last") && !inputNames.includes("attention_mask");
}

/** A decoder graph whose past is ours to keep: rows grow in place and can lie side by side. */
export class PlacedSession implements Session {
  private readonly inputs: PastInput[];
  /** Where rows last went on together, as long as any of them is there. */
  private shared: WeakRef<KeyValues> | null = null;
  readonly advance?: NonNullable<Session["advance"]>;

  /** `joins`: rows are worth to be computed together, as they are on WASM. */
  constructor(
    private readonly session: InferenceSession,
    private readonly Tensor: TensorConstructor,
    config: Record<string, unknown>,
    private readonly adapters: LoraInputs | null,
    joins: boolean,
  ) {
    this.inputs = pastInputs(session, config);
    if (joins) this.advance = (ids, pasts, uses = []) => this.together(ids, pasts as readonly RowPast[], uses);
  }

  /** Bytes of the keys and values of one token of one row. */
  get bytesPerToken(): number {
    return this.inputs.reduce((sum, { half, heads, size }) => sum + heads * size * (half ? 2 : 4), 0);
  }

  async forward(
    ids: readonly number[],
    past: Past | null,
    picked: readonly number[],
    adapter: AdapterUse | null = null,
  ): Promise<Step> {
    const begun = past as RowPast | null;
    const grown = this.grown(begun, ids.length);
    const { home, row, length: before } = grown;
    try {
      const outputs = await this.run([{ ids, before, adapter }], home.tensors(this.Tensor, row, 1), picked);
      const logits = await readRows(
        outputs.logits!,
        picked.map((_, place) => place),
      );
      const after = await home.append(row, before, ids.length, outputs, 0);
      disposeAll(Object.values(outputs));
      return { logits, past: after };
    } finally {
      if (grown !== begun) grown.dispose();
    }
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private async together(
    ids: readonly number[],
    pasts: readonly RowPast[],
    uses: readonly (AdapterUse | null)[],
  ): Promise<Step[]> {
    const rows = this.gathered(pasts);
    const { home } = rows[0]!;
    const fed: Fed[] = [];
    for (const [place, { row, length }] of rows.entries()) {
      fed[row] = { ids: [ids[place]!], before: length, adapter: uses[place] ?? null };
    }
    const outputs = await this.run(fed, home.tensors(this.Tensor, 0, rows.length), [0]);
    const logits = await readRows(
      outputs.logits!,
      rows.map(({ row }) => row),
    );
    const steps: Step[] = [];
    for (const [place, { row, length }] of rows.entries()) {
      steps.push({ logits: [logits[place]!], past: await home.append(row, length, 1, outputs, row) });
      // A copy of a past is ours.
      if (rows[place] !== pasts[place]) rows[place]!.dispose();
    }
    disposeAll(Object.values(outputs));
    return steps;
  }

  /** The past where it can grow: itself, or where others have grown from it a copy, which is the caller's. */
  private grown(past: RowPast | null, tokens: number): RowPast {
    if (!past) return new KeyValues(this.inputs, 1, round(tokens)).begin(0);
    if (past.home.takes(past, tokens)) return past;
    const places = past.length + tokens + SPARE;
    // It will go on with the others: among them it need not be copied again.
    const taken = this.shared?.deref()?.take(past, places);
    return taken ?? new KeyValues(this.inputs, 1, round(places)).copy(past, 0);
  }

  /** The rows in one home: in the largest that they lie in, or in a new one. */
  private gathered(pasts: readonly RowPast[]): RowPast[] {
    const homes = pasts.map(({ home }) => home);
    const largest = homes.reduce((most, home) => (home.rows > most.rows ? home : most));
    const width = round(Math.max(...pasts.map(({ length }) => length)) + SPARE);
    const rows = largest.gather(pasts) ?? new KeyValues(this.inputs, pasts.length, width).gather(pasts)!;
    const { home } = rows[0]!;
    if (this.shared?.deref() !== home) this.shared = new WeakRef(home);
    return rows;
  }

  /** One pass over rows of equally many tokens: logits of the `picked` tokens of each row, row by row. */
  private run(rows: readonly Fed[], past: Tensors, picked: readonly number[]): Promise<Tensors> {
    const tokens = rows[0]!.ids.length;
    const places = rows.flatMap(({ ids, before }) => ids.map((_, i) => before + i));
    const whole = (values: readonly number[], ...more: number[]) => int64(this.Tensor, values, [rows.length, ...more]);
    return this.session.run({
      ...past,
      input_ids: whole(
        rows.flatMap(({ ids }) => ids),
        tokens,
      ),
      position_ids: whole(places, tokens),
      last: whole(
        rows.flatMap(() => picked),
        picked.length,
        1,
      ),
      ...this.adapters?.feeds(rows.map(({ adapter }) => adapter)),
    });
  }
}

function round(places: number): number {
  return Math.max(1, Math.ceil(places / LANES)) * LANES;
}
