import fc from "fast-check";
import { Tensor, type InferenceSession } from "onnxruntime-web";
import { expect, it } from "vitest";
import type { Past } from "../../src/models/decoding/index.ts";
import { isPlaced, PlacedSession } from "../../src/models/transformers/placed.ts";

const [HEADS, SIZE] = [2, 8];
const NAMES = ["past_key_values.0.key", "past_key_values.0.value"];

/**
 * A graph that attends: its logits are sums over the places of the past before its first token, and over the new tokens up
 * to its own. What lies behind in the past is not looked at.
 */
function attentiveSession() {
  const passes: number[] = [];
  const run = async (feeds: Record<string, Tensor>) => {
    const [rows, tokens] = feeds.input_ids!.dims as [number, number];
    passes.push(rows);
    const ids = feeds.input_ids!.data as BigInt64Array;
    const places = feeds.position_ids!.data as BigInt64Array;
    const last = feeds.last!.data as BigInt64Array;
    const picked = feeds.last!.dims[1]!;
    const width = feeds[NAMES[0]!]!.dims[2]!;
    expect(width % 16).toBe(0);
    const present = NAMES.map((_, kind) => {
      const data = new Float32Array(rows * HEADS * tokens * SIZE);
      for (let row = 0; row < rows; row++) {
        for (let head = 0; head < HEADS; head++) {
          for (let i = 0; i < tokens; i++) {
            const at = ((row * HEADS + head) * tokens + i) * SIZE;
            const value = (Number(ids[row * tokens + i]) * (head + 1) + kind) * (Number(places[row * tokens + i]) + 1);
            data.fill(value, at, at + SIZE);
          }
        }
      }
      return new Tensor("float32", data, [rows, HEADS, tokens, SIZE]);
    });
    const sum = (values: Float32Array) => values.reduce((x, y) => x + y, 0);
    const logits = Array.from({ length: rows * picked }, (_, at) => {
      const row = Math.floor(at / picked);
      const [start, end] = [Number(places[row * tokens]), Number(last[at]) + 1];
      return present.map((fresh, kind) => {
        const past = feeds[NAMES[kind]!]!.data as Float32Array;
        let total = 0;
        for (let head = 0; head < HEADS; head++) {
          const [old, new_] = [(row * HEADS + head) * width * SIZE, (row * HEADS + head) * tokens * SIZE];
          total += sum(past.subarray(old, old + start * SIZE));
          total += sum((fresh.data as Float32Array).subarray(new_, new_ + end * SIZE));
        }
        return total;
      });
    });
    return {
      logits: new Tensor("float32", Float32Array.from(logits.flat()), [rows, picked, 2]),
      "present.0.key": present[0]!,
      "present.0.value": present[1]!,
    };
  };
  const session = {
    inputNames: ["input_ids", "position_ids", "last", ...NAMES],
    outputNames: ["logits", "present.0.key", "present.0.value"],
    inputMetadata: NAMES.map((name) => ({ name, isTensor: true, type: "float32", shape: ["b", HEADS, "past", SIZE] })),
    run,
    release: async () => {},
  };
  const open = (joins: boolean) => new PlacedSession(session as unknown as InferenceSession, Tensor, {}, null, joins);
  return { graph: open(true), open, passes };
}

const bits = (logits: Float32Array[]) => logits.map((row) => [...row]);

it("rows that come and go get, bit for bit, what they get alone", async () => {
  const prompts = fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 6,
  });
  const leavers = fc.array(fc.nat({ max: 9 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(prompts, leavers, async (texts, leaving) => {
      const { graph } = attentiveSession();
      const alone = await Promise.all(texts.map((ids) => graph.forward(ids, null, [ids.length - 1])));
      let rows = alone.map(({ past }, place) => ({ past, single: past as Past, place }));
      for (const [step, leaver] of [-1, ...leaving].entries()) {
        if (leaver >= 0 && rows.length > 1) rows = rows.filter((_, at) => at !== leaver % rows.length);
        const ids = rows.map(({ place }) => 7 * step + place + 1);
        const together = await graph.advance!(
          ids,
          rows.map(({ past }) => past),
        );
        const singles = await Promise.all(rows.map(({ single }, at) => graph.forward([ids[at]!], single, [0])));
        together.forEach((one, at) => expect(bits(one.logits)).toEqual(bits(singles[at]!.logits)));
        rows = rows.map(({ place }, at) => ({ place, past: together[at]!.past, single: singles[at]!.past }));
      }
      // A row can go on alone from where it lay among others.
      const [first] = rows;
      const [after, expected] = [
        await graph.forward([5, 6], first!.past, [1]),
        await graph.forward([5, 6], first!.single, [1]),
      ];
      expect(bits(after.logits)).toEqual(bits(expected.logits));
    }),
    { numRuns: 60 },
  );
});

it("a past says the same whatever grew from it, and whatever was tried and given up", async () => {
  const { graph } = attentiveSession();
  const { past } = await graph.forward([1, 2, 3], null, [2]);
  const [first, second] = [await graph.forward([4], past, [0]), await graph.forward([5], past, [0])];
  const tried = await graph.forward([9, 9, 9], first.past, [2]);
  tried.past.dispose();
  const [again] = await graph.advance!([4], [past]);
  expect(bits(again!.logits)).toEqual(bits(first.logits));
  const after = await graph.advance!([6, 7], [first.past, second.past]);
  expect(bits(after[0]!.logits)).toEqual(bits((await graph.forward([1, 2, 3, 4, 6], null, [4])).logits));
  expect(bits(after[1]!.logits)).toEqual(bits((await graph.forward([1, 2, 3, 5, 7], null, [4])).logits));
});

it("rows that are given up make room for those that come, from a prompt that is kept, and all get what they get alone", async () => {
  const moves = fc.array(fc.record({ leaver: fc.nat({ max: 9 }), comes: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(moves, async (steps) => {
      const { graph, passes } = attentiveSession();
      const { graph: other } = attentiveSession();
      const prompt = await graph.forward([60, 61], null, [1]);
      const begin = async (id: number) => {
        const own = await graph.forward([id, id + 1], prompt.past, [1]);
        const whole = await other.forward([60, 61, id, id + 1], null, [3]);
        expect(bits(own.logits)).toEqual(bits(whole.logits));
        return { id, past: own.past, single: whole.past };
      };
      let rows: Awaited<ReturnType<typeof begin>>[] = [];
      // One after the other, as a session computes them.
      for (const id of [1, 2, 3, 4]) rows.push(await begin(id));
      for (const [step, { leaver, comes }] of steps.entries()) {
        if (rows.length > 1) rows.splice(leaver % rows.length, 1)[0]!.past.dispose();
        if (comes) rows.push(await begin(10 + step));
        const ids = rows.map(({ id }) => id + step);
        const before = passes.length;
        const together = await graph.advance!(
          ids,
          rows.map(({ past }) => past),
        );
        expect(passes.slice(before)).toEqual([rows.length]);
        const singles = await Promise.all(rows.map(({ single }, at) => other.forward([ids[at]!], single, [0])));
        together.forEach((one, at) => expect(bits(one.logits)).toEqual(bits(singles[at]!.logits)));
        rows.forEach(({ past }) => past.dispose());
        rows = rows.map(({ id }, at) => ({ id, past: together[at]!.past, single: singles[at]!.past }));
      }
    }),
    { numRuns: 60 },
  );
});

it("one past taken twice goes on in two rows", async () => {
  const { graph } = attentiveSession();
  const { past } = await graph.forward([1, 2], null, [1]);
  const [one, two] = await graph.advance!([3, 4], [past, past]);
  expect(bits(one!.logits)).toEqual(bits((await graph.forward([1, 2, 3], null, [2])).logits));
  expect(bits(two!.logits)).toEqual(bits((await graph.forward([1, 2, 4], null, [2])).logits));
});

it("takes rows together only where they can be copied", () => {
  const { graph, open } = attentiveSession();
  expect(graph.advance).toBeDefined();
  expect(open(false).advance).toBeUndefined();
  expect(graph.bytesPerToken).toBe(2 * HEADS * SIZE * 4);
});

it("knows such a graph by its inputs", () => {
  const named = (...inputNames: string[]) => isPlaced({ inputNames } as unknown as InferenceSession);
  expect(named("input_ids", "position_ids", "last")).toBe(true);
  expect(named("input_ids", "position_ids", "attention_mask", "last")).toBe(false);
  expect(named("input_ids", "position_ids")).toBe(false);
});
