import type { Past, Session, Step } from "../decoding/index.ts";

/** Widths at which a prompt may be computed, the fastest first. */
const WIDTHS = [512, 16] as const;
const PROBE_TOKENS = 40;
/** Half-precision arithmetic stays well below this share of the logits' range; a wrong kernel does not. */
const TOLERANCE = 0.02;

/**
 * The widest piece in which a device computes a prompt as it does token by token, or null when it never does. Some GPU
 * drivers' matrix kernels are silently wrong above a width, and one token at a time is a different kernel: asking the
 * model itself is the only test that needs no reference.
 */
export async function soundWidth(session: Session, vocabularySize: number): Promise<number | null> {
  const ids = Array.from({ length: PROBE_TOKENS }, (_, i) => (i * 37 + 11) % vocabularySize);
  const expected = await lastLogits(session, ids, 1);
  for (const width of WIDTHS) {
    if (agree(expected, await lastLogits(session, ids, width))) return width;
  }
  return null;
}

/** A session that never computes more than `width` tokens at once. */
export function limitWidth(session: Session, width: number): Session {
  return {
    forward: async (ids, past, picked, adapter = null) => {
      if (ids.length <= width) return session.forward(ids, past, picked, adapter);
      const logits: Float32Array[] = [];
      let current: Past | null = past;
      for (let start = 0; start < ids.length; start += width) {
        const here = picked.filter((i) => i >= start && i < start + width).map((i) => i - start);
        // A pass needs at least one position; the ones nobody asked for are dropped.
        const asked = here.length > 0 ? here : [0];
        const step: Step = await session.forward(ids.slice(start, start + width), current, asked, adapter);
        if (here.length > 0) logits.push(...step.logits);
        if (current !== past) current?.dispose();
        current = step.past;
      }
      return { logits, past: current! };
    },
    dispose: () => session.dispose(),
  };
}

async function lastLogits(session: Session, ids: readonly number[], width: number): Promise<Float32Array> {
  const step = await limitWidth(session, width).forward(ids, null, [ids.length - 1]);
  step.past.dispose();
  return step.logits[0]!;
}

/** Whether two rows of logits differ by rounding at most. */
export function agree(expected: Float32Array, actual: Float32Array): boolean {
  let worst = 0;
  let least = Infinity;
  let most = -Infinity;
  expected.forEach((value, id) => {
    worst = Math.max(worst, Math.abs(value - actual[id]!));
    least = Math.min(least, value);
    most = Math.max(most, value);
  });
  // Written so that a NaN on either side fails.
  return worst <= TOLERANCE * (most - least);
}
