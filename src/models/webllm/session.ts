import type { Past, Session, Step } from "../decoding/index.ts";

/** The one sequence of tokens that an engine holds. Its keys and values grow at the end, and may be cut there. */
export interface Sequence {
  /** Computes ids at the end, in one pass. Returns the logits after the last of them; they are the caller's to change. */
  append(ids: readonly number[]): Promise<Float32Array>;
  /** Drops the last tokens, some but not all; false where the engine cannot. */
  cut(tokens: number): boolean;
  clear(): Promise<void>;
}

/** The ids that one pass computed. */
type Piece = readonly number[];

/**
 * Keys and values as the pieces in which they were computed. They may be gone from the engine: then they are computed
 * again, piece by piece, which gives the same numbers.
 */
class Pieces implements Past {
  readonly length: number;

  constructor(readonly pieces: readonly Piece[]) {
    this.length = count(pieces);
  }

  dispose(): void {}
}

/**
 * A session on an engine that holds one sequence only. Going back to an earlier past (a kept system turn, the prompt
 * before a probe of the decision) cuts the sequence where both part, or computes it again.
 */
export class SequenceSession implements Session {
  /** What the engine holds; null after a failure: unknown. */
  private held: readonly Piece[] | null = [];

  /** @param start the ids that stand before every sequence, such as Llama's `<s>`. */
  constructor(
    private readonly sequence: Sequence,
    private readonly start: readonly number[] = [],
  ) {}

  async forward(ids: readonly number[], past: Past | null, picked: readonly number[]): Promise<Step> {
    await this.goTo(past instanceof Pieces ? past.pieces : []);
    const logits: Float32Array[] = [];
    const first = past ? [] : this.start;
    const shifted = picked.map((at) => at + first.length);
    for (const { piece, wanted } of split([...first, ...ids], shifted)) {
      const after = await this.append(piece);
      if (wanted) logits.push(after);
    }
    return { logits, past: new Pieces(this.held!) };
  }

  async dispose(): Promise<void> {}

  private async goTo(wanted: readonly Piece[]): Promise<void> {
    const held = this.held ?? [];
    let common = held.findIndex((piece, i) => piece !== wanted[i]);
    if (common < 0) common = held.length;
    const surplus = count(held.slice(common));
    if (this.held === null || (surplus > 0 && !(common > 0 && this.sequence.cut(surplus)))) {
      await this.sequence.clear();
      common = 0;
    }
    this.held = wanted.slice(0, common);
    for (const piece of wanted.slice(common)) await this.append(piece);
  }

  private async append(piece: Piece): Promise<Float32Array> {
    const before = this.held ?? [];
    this.held = null;
    const logits = await this.sequence.append(piece);
    this.held = [...before, piece];
    return logits;
  }
}

/** The passes that give the logits of the picked positions: each ends at one, and the rest comes behind. */
function split(ids: readonly number[], picked: readonly number[]): { piece: Piece; wanted: boolean }[] {
  const ends = [...new Set([...picked.map((at) => at + 1), ids.length])].sort((x, y) => x - y);
  return ends.map((end, i) => ({ piece: ids.slice(ends[i - 1] ?? 0, end), wanted: picked.includes(end - 1) }));
}

function count(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
