import type { AdapterUse } from "../../protocol/index.ts";

/** The keys and values of the tokens so far. Never changed by a forward pass; whoever got it disposes it. */
export interface Past {
  readonly length: number;
  dispose(): void;
}

/** A causal language model's graph: one forward pass over new tokens on top of a past. */
export interface Session {
  /**
   * Computes `ids` after `past` (null: at the start). `picked` names the positions among `ids` whose logits are wanted.
   * Returns one row of logits for each, in order, and the past with `ids` appended; `past` itself stays usable, with the
   * same adapter.
   */
  forward(
    ids: readonly number[],
    past: Past | null,
    picked: readonly number[],
    adapter?: AdapterUse | null,
  ): Promise<Step>;
  /**
   * Computes one token for each of several rows, `ids[i]` after `pasts[i]` with `adapters[i]`; a row's numbers are bit for bit those of
   * `forward` on it alone. Rows lie side by side in memory: one that comes is copied, and one into each gap that is left.
   * Missing where the graph or the device cannot.
   */
  advance?(ids: readonly number[], pasts: readonly Past[], adapters?: readonly (AdapterUse | null)[]): Promise<Step[]>;
  dispose(): Promise<void>;
}

export interface Step {
  logits: Float32Array[];
  past: Past;
}

/** Text to ids. Control tokens in the text become their single ids; nothing is added at either end. */
export interface Encoder {
  encode(text: string): number[];
}
