import type { Session } from "../decoding/index.ts";
import { agree } from "../transformers/soundness.ts";

/** A long pass and a short one behind it: compilers give both kernels of their own, as they do a single token. */
const PASSES = [16, 4];

/**
 * Whether this GPU computes several tokens at once as it computes them one by one. Some drivers' wide matrix kernels are
 * silently wrong; asking the model itself is the only test that needs no reference.
 */
export async function computesWide(session: Session, vocabularySize: number): Promise<boolean> {
  const total = PASSES.reduce((sum, tokens) => sum + tokens, 0);
  const ids = Array.from({ length: total }, (_, i) => (i * 37 + 11) % vocabularySize);
  // A pass ends at each position that is asked for.
  const ends = PASSES.map((_, i) => PASSES.slice(0, i + 1).reduce((sum, tokens) => sum + tokens, 0) - 1);
  const single = await session.forward(
    ids,
    null,
    ids.map((_, i) => i),
  );
  const wide = await session.forward(ids, null, ends);
  return ends.every((at, i) => agree(single.logits[at]!, wide.logits[i]!));
}
