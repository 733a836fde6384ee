import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LoadedModel } from "../../src/protocol/index.ts";
import { evaluate, type EvaluateOptions } from "../../src/evaluation/index.ts";
import { pool, spread } from "../../src/evaluation/pool.ts";
import { DeviceLostError } from "../../src/models/index.ts";
import { configOf, datasetOf, handMade, modelOf, pythonTools } from "./doubles.ts";

const samples = handMade();
const tools = pythonTools();
const run = (model: LoadedModel, change: Partial<EvaluateOptions> = {}) =>
  evaluate({ config: configOf("nano"), dataset: datasetOf(samples), model, tools, ...change });

/** A model that answers after some turns of the event loop, later ones sooner; it counts how many it has at a time. */
function slowModel(width: number) {
  const seen = { now: 0, most: 0 };
  const model = modelOf(({ messages, seed }) => `${seed}: ${messages[0]?.content ?? ""}`, { width });
  const { generate } = model;
  let asked = 0;
  model.generate = async (requests, options) => {
    seen.most = Math.max(seen.most, ++seen.now);
    for (let turns = 30 - (asked++ % 30); turns > 0; turns--) await Promise.resolve();
    seen.now--;
    return generate.call(model, requests, options);
  };
  return { model, seen };
}

describe("a model that decodes several together", () => {
  it("gets several samples at a time, and gives the run of one that gets them one by one", async () => {
    const [one, four] = [slowModel(1), slowModel(4)];
    const [alone, together] = [await run(one.model), await run(four.model)];
    expect(one.seen.most).toBe(1);
    expect(four.seen.most).toBe(6);
    expect(together.digest).toEqual(alone.digest);
    expect(together.results.map(({ sample_id }) => sample_id)).toEqual(samples.map(({ id }) => id));
  });

  it("measures latency on the samples that ran alone, and throughput on all", async () => {
    const { metrics, results } = await run(slowModel(4).model, { latencySamples: 5 });
    expect(results.filter(({ pace }) => pace!.together === 1)).toHaveLength(5);
    expect(metrics.latency_ms?.n).toBe(5);
    expect(metrics.first_token_ms?.n).toBe(5);
    expect(metrics.samples_per_s?.n).toBe(samples.length);
    const seconds = results.reduce((sum, { pace }) => sum + pace!.seconds, 0);
    expect(metrics.samples_per_s?.value).toBeCloseTo(samples.length / seconds, 6);
  });

  it("asks a live search one sample at a time", async () => {
    const { model, seen } = slowModel(4);
    await run(model, { config: configOf("nano", { tools: ["web_search"], search: "mediawiki:https://wiki.example" }) });
    expect(seen.most).toBe(1);
  });

  it("cancelled, drops those under way and keeps what was done; continued, it is the whole run", async () => {
    const whole = await run(slowModel(4).model);
    const abort = new AbortController();
    const part = await run(slowModel(4).model, {
      signal: abort.signal,
      onResult: (_result, { done }) => void (done === 12 && abort.abort()),
    });
    expect(part).toMatchObject({ status: "cancelled", digest: null });
    // Who was being scored then is done, too.
    expect(part.results.length).toBeGreaterThanOrEqual(12);
    expect(part.results.length).toBeLessThan(samples.length);
    const rest = await run(slowModel(4).model, { done: part.results });
    expect(rest).toMatchObject({ status: "complete", digest: whole.digest });
    expect(rest.metrics.latency_ms?.n).toBe(8);
  });

  it("a lost device ends the run with what was done, whoever saw it first", async () => {
    const { model } = slowModel(4);
    const { generate } = model;
    let asked = 0;
    model.generate = async (...args) => {
      if (++asked > 10) throw new DeviceLostError("The GPU was lost.");
      return generate(...args);
    };
    const part = await run(model);
    expect(part).toMatchObject({ status: "failed", error: "The GPU was lost." });
    expect(part.results).toHaveLength(10);
  });
});

describe("pool and spread", () => {
  it("does every item once, in order, never more than its width at a time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 6 }), async (count, width) => {
        const items = Array.from({ length: count }, (_, i) => i);
        const begun: number[] = [];
        let now = 0;
        await pool(items, width, async (item) => {
          begun.push(item);
          expect(++now).toBeLessThanOrEqual(width);
          for (let turns = item % 5; turns >= 0; turns--) await Promise.resolve();
          now--;
          return true;
        });
        expect(begun).toEqual(items);
      }),
    );
  });

  it("begins no more once one says so", async () => {
    const begun: number[] = [];
    await pool([1, 2, 3, 4, 5], 2, async (item) => (begun.push(item), item < 2));
    expect(begun).toEqual([1, 2, 3].slice(0, begun.length));
    expect(begun.length).toBeLessThan(4);
  });

  it("spreads a choice evenly and loses nothing", () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([
      [0, 2, 4, 6],
      [1, 3, 5, 7],
    ]);
    expect(spread([1, 2], 8)).toEqual([[1, 2], []]);
    expect(spread([], 3)).toEqual([[], []]);
    expect(spread([1, 2], 0)).toEqual([[], [1, 2]]);
  });
});
