import { describe, expect, it } from "vitest";
import type { Session } from "../../src/models/decoding/index.ts";
import { limitWidth, soundWidth } from "../../src/models/transformers/soundness.ts";
import { FakeSession, PIECES } from "./fake-session.ts";

/** A device whose kernel is wrong when it computes this many tokens or more at once. */
function wrongFrom(width: number, wrong = (x: number) => -x): Session {
  const session = new FakeSession();
  return {
    forward: async (ids, past, picked) => {
      const step = await session.forward(ids, past, picked);
      return ids.length < width ? step : { ...step, logits: step.logits.map((row) => row.map(wrong)) };
    },
    dispose: async () => {},
  };
}

describe("soundWidth", () => {
  it("is wide on a sound device, and frees what it computed", async () => {
    const session = new FakeSession();
    expect(await soundWidth(session, PIECES.length)).toBe(512);
    expect(session.live).toBe(0);
  });

  it("is narrow where only wide kernels are wrong, null where prompts and single tokens never agree", async () => {
    expect(await soundWidth(wrongFrom(32), PIECES.length)).toBe(16);
    expect(await soundWidth(wrongFrom(2), PIECES.length)).toBeNull();
    expect(
      await soundWidth(
        wrongFrom(2, () => NaN),
        PIECES.length,
      ),
    ).toBeNull();
  });

  it("forgives the rounding of half precision", async () => {
    expect(
      await soundWidth(
        wrongFrom(2, (x) => x + 0.01 * Math.sin(x * 99)),
        PIECES.length,
      ),
    ).toBe(512);
  });
});

describe("limitWidth", () => {
  it("gives the picked rows and the past that one wide pass gives, and leaves the given past alone", async () => {
    const session = new FakeSession();
    const ids = Array.from({ length: 23 }, (_, i) => i);
    const start = await session.forward([7, 8], null, [1]);
    for (const width of [1, 4, 22, 23, 99]) {
      const wide = await session.forward(ids, start.past, [0, 5, 6, 22]);
      const narrow = await limitWidth(session, width).forward(ids, start.past, [0, 5, 6, 22]);
      expect(narrow.logits).toEqual(wide.logits);
      const next = await Promise.all([wide, narrow].map((step) => session.forward([3], step.past, [0])));
      expect(next[0]!.logits).toEqual(next[1]!.logits);
      for (const step of [wide, narrow, ...next]) step.past.dispose();
    }
    expect(session.live).toBe(1);
  });
});
