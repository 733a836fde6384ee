import type { InferenceSession, TensorConstructor } from "onnxruntime-web";
import type { Past, Session, Step } from "../decoding/index.ts";
import { int64, pastInputs, readRows, type PastInput, type Tensors } from "./graph-io.ts";
import { disposeAll, KeyValues, RowPast, sharedHome } from "./key-values.ts";

/**
 * Widths are multiples of this. onnxruntime sums a row's attention in lanes of 16 numbers, so that zeros behind a row's
 * end change no bit of it: a row's numbers do not depend on how wide its neighbours are.
 */
const LANES = 16;
/** Places that a row gets beyond its prompt, so that it is not copied soon. */
const SPARE = 32;

/** Whether a graph gives its new tokens' keys and values alone, to be written into the past (trainer/convert). */
export function isPlaced({ inputNames }: InferenceSession): boolean {
  return inputNames.includes("position_ids") && inputNames.includes("last") && !inputNames.includes("attention_mask");
}

/** A decoder graph whose past is ours to keep: rows grow in place and can lie side by side. */
export class PlacedSession implements Session {
  private readonly inputs: PastInput[];
  readonly advance?: NonNullable<Session["advance"]>;

  /** `joins`: rows are worth to be computed together, as they are on WASM. */
  constructor(
    private readonly session: InferenceSession,
    private readonly Tensor: TensorConstructor,
    config: Record<string, unknown>,
    joins: boolean,
  ) {
    this.inputs = pastInputs(session, config);
    if (joins) this.advance = (ids, pasts) => this.together(ids, pasts as readonly RowPast[]);
  }

  /** Bytes of the keys and values of one token of one row. */
  get bytesPerToken(): number {
    return this.inputs.reduce((sum, { half, heads, size }) => sum + heads * size * (half ? 2 : 4), 0);
  }

  async forward(ids: readonly number[], past: Past | null, picked: readonly number[]): Promise<Step> {
    const at = this.grown(past as RowPast | null, ids.length);
    const outputs = await this.run([ids], [at.length], at.home.tensors(this.Tensor, at.row), picked);
    const logits = await readRows(
      outputs.logits!,
      picked.map((_, place) => place),
    );
    const grown = await at.home.append(at.row, at.length, ids.length, outputs, 0);
    disposeAll(Object.values(outputs));
    return { logits, past: grown };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private async together(ids: readonly number[], pasts: readonly RowPast[]): Promise<Step[]> {
    const rows = sharedHome(pasts) ? pasts : this.joined(pasts);
    const { home } = rows[0]!;
    // A row that has left gets a token, too: nobody looks at what comes of it.
    const fed = Array.from({ length: home.rows }, () => [0]);
    const before = Array.from({ length: home.rows }, () => 0);
    rows.forEach(({ row, length }, place) => ([fed[row], before[row]] = [[ids[place]!], length]));
    const outputs = await this.run(fed, before, home.tensors(this.Tensor), [0]);
    const logits = await readRows(
      outputs.logits!,
      rows.map(({ row }) => row),
    );
    const steps: Step[] = [];
    for (const [place, { row, length }] of rows.entries()) {
      steps.push({ logits: [logits[place]!], past: await home.append(row, length, 1, outputs, row) });
    }
    disposeAll(Object.values(outputs));
    return steps;
  }

  /** The past where it can grow: as it lies, or copied, as it is where others have grown from it. */
  private grown(past: RowPast | null, tokens: number): RowPast {
    if (past?.home.takes(past, tokens)) return past;
    const home = new KeyValues(this.inputs, 1, round((past?.length ?? 0) + tokens + (past ? SPARE : 0)));
    return past ? home.copy(past, 0) : new RowPast(home, 0, 0, 0);
  }

  private joined(pasts: readonly RowPast[]): RowPast[] {
    const home = new KeyValues(this.inputs, pasts.length, round(Math.max(...pasts.map(({ length }) => length)) + SPARE));
    return pasts.map((past, row) => home.copy(past, row));
  }

  /** One pass: `ids` of each row behind its `before` places; logits of the `picked` tokens of each row, row by row. */
  private run(
    ids: readonly (readonly number[])[],
    before: readonly number[],
    past: Tensors,
    picked: readonly number[],
  ): Promise<Tensors> {
    const [rows, tokens] = [ids.length, ids[0]!.length];
    const places = ids.flatMap((row, place) => row.map((_, i) => before[place]! + i));
    const last = ids.flatMap(() => picked);
    return this.session.run({
      ...past,
      input_ids: int64(this.Tensor, ids.flat(), [rows, tokens]),
      position_ids: int64(this.Tensor, places, [rows, tokens]),
      last: int64(this.Tensor, last, [rows, picked.length, 1]),
    });
  }
}

function round(places: number): number {
  return Math.max(1, Math.ceil(places / LANES)) * LANES;
}
