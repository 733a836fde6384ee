import type { Inspection } from "../../protocol/index.ts";
import type { DecoderModel } from "./row.ts";
import { likeliest } from "./sampling.ts";
import type { Past } from "./session.ts";

const PIECE = 128;
const KEPT = 5;

/**
 * The likeliest next token at every position of each text, and logits there: of the ids that `wanted` names (texts x
 * positions x ids), or of the five likeliest. `breathe` is awaited before each pass and may throw to end it.
 */
export async function inspect(
  { session, encoder }: Pick<DecoderModel, "session" | "encoder">,
  texts: readonly string[],
  wanted: readonly (readonly (readonly number[])[])[] | null,
  breathe: () => Promise<void>,
): Promise<Inspection[]> {
  const all: Inspection[] = [];
  for (const [place, text] of texts.entries()) {
    const ids = encoder.encode(text);
    const found: Inspection = { best: [], ids: [], logits: [] };
    let past: Past | null = null;
    try {
      for (let start = 0; start < ids.length; start += PIECE) {
        await breathe();
        const piece = ids.slice(start, start + PIECE);
        const step = await session.forward(
          piece,
          past,
          piece.map((_, i) => i),
        );
        past?.dispose();
        past = step.past;
        for (const logits of step.logits) {
          const top = likeliest(Float64Array.from(logits), KEPT);
          const asked = wanted?.[place]?.[found.ids.length] ?? top;
          found.best.push(top[0] ?? -1);
          found.ids.push([...asked]);
          found.logits.push(asked.map((id) => logits[id] ?? NaN));
        }
      }
    } finally {
      past?.dispose();
    }
    all.push(found);
  }
  return all;
}
