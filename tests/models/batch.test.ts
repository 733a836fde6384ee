import fc from "fast-check";
import { expect, it } from "vitest";
import type { GenerateRequest, Generation } from "../../src/protocol/index.ts";
import { Decoder, type DecodeControl } from "../../src/models/decoding/index.ts";
import { decoderModel, FakeBatchSession, FakeSession, writes } from "./fake-session.ts";
import { TWO_TOOLS } from "./tools.ts";

const free: DecodeControl = { cancelled: () => false };

function ask(content: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  const messages = [{ role: "user" as const, content }];
  return { messages, tools: TWO_TOOLS, maxTokens: 24, temperature: 0, topP: 1, seed: 1, stop: [], ...more };
}

/** Everything of a generation that may not depend on time. */
function said({ text, tokenIds, stopReason, usage, decision, adapter }: Generation) {
  return { text, tokenIds, stopReason, usage, decision, adapter };
}

it("gives every request of a batch what it gets alone, and frees all pasts but the system turn's", async () => {
  const requests = fc.record({
    content: fc.string({ unit: fc.constantFrom(..."abc 123") }),
    temperature: fc.constantFrom(0, 1.5),
    seed: fc.nat(),
    maxTokens: fc.integer({ min: 1, max: 24 }),
    banned: fc.constantFrom([], ["a", "tool"]),
    wantDecision: fc.boolean(),
    adapter: fc.constantFrom(
      null,
      { sha256: "aa", scale: 1 },
      { sha256: "aa", scale: 0.5 },
      { sha256: "bb", scale: 1 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 9 }), async (drawn) => {
      const session = new FakeBatchSession();
      const together = new Decoder(decoderModel(session));
      const asked = drawn.map(({ content, ...more }) => ask(content, { ...more, banned: [...more.banned] }));
      const all = await Promise.all(asked.map((one) => together.generate(one, free)));
      for (const [place, one] of asked.entries()) {
        const alone = new Decoder(decoderModel(new FakeSession()));
        expect(said(all[place]!)).toEqual(said(await alone.generate(one, free)));
      }
      // A system turn for each adapter and strength.
      expect(session.live).toBe(new Set(drawn.map(({ adapter }) => JSON.stringify(adapter))).size);
      expect(Math.max(0, ...session.steps)).toBeLessThanOrEqual(4);
    }),
    { numRuns: 40 },
  );
});

it("fills the places of those who left when a quarter is free, in the order in which requests came", async () => {
  const session = new FakeBatchSession();
  const decoder = new Decoder(decoderModel(session));
  const begun: number[] = [];
  const lengths = [2, 9, 9, 9, 3, 3];
  const runs = lengths.map((maxTokens, place) =>
    decoder.generate(ask("x", { maxTokens, prefill: "go" }), {
      ...free,
      cancelled: () => (begun.includes(place) || begun.push(place), false),
    }),
  );
  await Promise.all(runs);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  // Four go on; the first leaves after one step, the fifth comes, and then the sixth.
  expect(session.steps.slice(0, 4)).toEqual([4, 4, 4, 4]);
});

it("takes no more rows than there is room for at the longest one's length, and a longer one alone", async () => {
  const session = new FakeBatchSession(writes("one two three"));
  const [short, long] = [ask("a", { maxTokens: 20 }), ask("a", { maxTokens: 200 })];
  const [own] = await Promise.all(
    [short].map((request) =>
      new Decoder(decoderModel(new FakeSession(writes("one two three")))).generate(request, free),
    ),
  );
  const each = own!.usage.promptTokens + 20;
  const decoder = new Decoder(decoderModel(session, { room: 3 * each }));
  const order = [short, short, short, short, long, short];
  const generations = await Promise.all(order.map((request) => decoder.generate(request, free)));
  for (const { text } of generations) expect(text).toBe(own!.text);
  expect(new Set(session.steps)).toEqual(new Set([3, 1]));
  // Beyond the context nothing is computed, so nobody waits for it, nor it for others.
  const over = ask("a", { maxTokens: 5000 });
  const [, ended] = await Promise.all([short, over].map((request) => decoder.generate(request, free)));
  expect(ended!.stopReason).toBe("context_overflow");
});

it("a request that comes while others are under way joins them", async () => {
  const session = new FakeBatchSession();
  const decoder = new Decoder(decoderModel(session));
  let late: Promise<Generation> | undefined;
  const first = decoder.generate(ask("a", { seed: 3, temperature: 1 }), {
    ...free,
    breathe: async () => void (session.steps.length === 2 && (late ??= decoder.generate(ask("b"), free))),
  });
  await first;
  const alone = new Decoder(decoderModel(new FakeSession()));
  expect(said(await late!)).toEqual(said(await alone.generate(ask("b"), free)));
  expect(session.steps).toContain(2);
});

it("who is cancelled leaves with what was written; the others go on", async () => {
  const session = new FakeBatchSession(writes("one two three"));
  const decoder = new Decoder(decoderModel(session));
  const stopped = decoder.generate(ask("a"), { ...free, cancelled: () => session.steps.length >= 3 });
  const whole = decoder.generate(ask("b"), free);
  expect(await stopped).toMatchObject({ stopReason: "cancelled", text: "one " });
  expect(await whole).toMatchObject({ stopReason: "end", text: "one two three" });
  expect(session.live).toBe(1);
});

it("a failing step fails those in it; who waits is served by the next", async () => {
  const session = new FakeBatchSession(writes("one"));
  const advance = session.advance.bind(session);
  let failed = false;
  session.advance = (ids, pasts) => {
    if (failed) return advance(ids, pasts);
    failed = true;
    return Promise.reject(new Error("lost"));
  };
  const decoder = new Decoder(decoderModel(session, { width: 2 }));
  const runs = await Promise.allSettled(["a", "b", "c"].map((content) => decoder.generate(ask(content), free)));
  expect(runs.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  expect(session.live).toBe(1);
});

it("a prompt that cannot be read fails alone", async () => {
  const session = new FakeBatchSession(writes("one"));
  const forward = session.forward.bind(session);
  let reads = 0;
  session.forward = (...args) => (++reads === 3 ? Promise.reject(new Error("no memory")) : forward(...args));
  const decoder = new Decoder(decoderModel(session));
  const runs = await Promise.allSettled(["a", "b", "c"].map((content) => decoder.generate(ask(content), free)));
  expect(runs.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(session.live).toBe(1);
});
