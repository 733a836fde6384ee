import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type GenerateRequest, type Generation } from "../../../src/protocol/index.ts";
import { CALL_OPEN } from "../../../src/models/index.ts";
import { Decoder, type DecodeControl } from "../../../src/models/decoding/index.ts";
import { SequenceSession, type Sequence } from "../../../src/models/webllm/session.ts";
import { decoderModel, PIECES } from "../fake-session.ts";
import { TWO_TOOLS } from "../tools.ts";

const free: DecodeControl = { cancelled: () => false };

/** An engine whose logits depend on every token and on the passes in which they were computed, as rounding makes it. */
class FakeSequence implements Sequence {
  passes: (readonly number[])[] = [];
  computed = 0;
  cleared = 0;
  /** Fails the pass that is this many from now, after it has changed what is held. */
  failIn = Infinity;

  constructor(private readonly cuts: boolean) {}

  async append(ids: readonly number[]): Promise<Float32Array> {
    expect(ids.length).toBeGreaterThan(0);
    this.passes.push([...ids]);
    this.computed += ids.length;
    if (--this.failIn === 0) throw new Error("the GPU refused");
    const random = createRandom(this.passes.join("|"));
    return Float32Array.from(PIECES, () => random.next() * 8);
  }

  cut(tokens: number): boolean {
    if (!this.cuts) return false;
    let left = tokens;
    while (left > 0) left -= this.passes.pop()!.length;
    expect(left, "cut inside a pass").toBe(0);
    expect(this.passes.length, "cut to nothing").toBeGreaterThan(0);
    return true;
  }

  async clear(): Promise<void> {
    this.passes = [];
    this.cleared++;
  }
}

function open(cuts: boolean) {
  const sequence = new FakeSequence(cuts);
  return { sequence, decoder: new Decoder(decoderModel(new SequenceSession(sequence), { width: 1 })) };
}

function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages = [{ role: "user" as const, content }];
  return { messages, tools: TWO_TOOLS, maxTokens: 12, temperature: 0, topP: 1, seed: 1, stop: [], ...more };
}

function said({ text, tokenIds, stopReason, usage, decision }: Generation) {
  return { text, tokenIds, stopReason, usage, decision };
}

const requests = fc.record({
  content: fc.string({ unit: fc.constantFrom(..."abc 123"), maxLength: 6 }),
  tools: fc.constantFrom(TWO_TOOLS, TWO_TOOLS.slice(1), []),
  temperature: fc.constantFrom(0, 1),
  seed: fc.nat(9),
  prefill: fc.constantFrom("", CALL_OPEN),
  banned: fc.constantFrom([], [CALL_OPEN]).map((texts: readonly string[]) => [...texts]),
  wantDecision: fc.boolean(),
});

describe("a session on an engine with one sequence", () => {
  it("gives a request the tokens and the decision that it gives it alone, whether or not the sequence can be cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 4 }), fc.boolean(), async (drawn, cuts) => {
        const shared = open(cuts).decoder;
        for (const { content, ...more } of drawn) {
          const alone = await open(!cuts).decoder.generate(ask(content, more), free);
          expect(said(await shared.generate(ask(content, more), free))).toEqual(said(alone));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("computes the system turn once and goes back to the prompt after each probe, where the sequence can be cut", async () => {
    const { sequence, decoder } = open(true);
    await decoder.generate(ask("a", { wantDecision: true }), free);
    expect(sequence.cleared).toBe(0);
    const first = sequence.computed;
    await decoder.generate(ask("b", { wantDecision: true }), free);
    const system = sequence.passes[0]!.length;
    expect(sequence.cleared).toBe(0);
    expect(sequence.computed - first).toBeLessThanOrEqual(first - system + 12);
  });

  it("does not trust what is held after a failed pass", async () => {
    const { sequence, decoder } = open(true);
    await decoder.generate(ask("a"), free);
    sequence.failIn = 3;
    await expect(decoder.generate(ask("b"), free)).rejects.toThrow("the GPU refused");
    const after = await decoder.generate(ask("c"), free);
    expect(said(after)).toEqual(said(await open(true).decoder.generate(ask("c"), free)));
  });

  it("gives one row of logits for each picked position, and every id to the past", async () => {
    const sequence = new FakeSequence(true);
    const session = new SequenceSession(sequence);
    const { logits, past } = await session.forward([1, 2, 3, 4, 5], null, [0, 2]);
    expect(sequence.passes).toEqual([[1], [2, 3], [4, 5]]);
    expect(logits).toHaveLength(2);
    expect(past.length).toBe(5);
  });

  it("puts what stands before every sequence there once", async () => {
    const sequence = new FakeSequence(true);
    const session = new SequenceSession(sequence, [9]);
    const { past } = await session.forward([1, 2], null, [1]);
    await session.forward([3], past, [0]);
    expect(sequence.passes).toEqual([[9, 1, 2], [3]]);
    const { logits } = await session.forward([1, 2], null, [0]);
    expect(sequence.passes).toEqual([[9, 1], [2]]);
    expect(logits).toHaveLength(1);
  });
});
