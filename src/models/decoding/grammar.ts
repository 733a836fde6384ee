import type { ToolSchema } from "../../protocol/index.ts";

/** Follows a turn token by token: any text is free until a call begins, which then can only be a well-formed one. */
export interface CallGrammar {
  /** Sets to -Infinity the logits of the tokens that cannot come next. */
  mask(logits: Float32Array): Promise<void>;
  /** Takes a token that was written. */
  accept(id: number): void;
  dispose(): void;
}

/** A grammar for the calls to these tools. */
export type OpenGrammar = (tools: readonly ToolSchema[]) => Promise<CallGrammar>;
