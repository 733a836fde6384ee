import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hubRows, type HubOptions } from "../../../src/data/formats/index.ts";
import { collect } from "./collect.ts";
import { startViewer, type Viewer } from "./viewer.ts";

const TOTAL = 250;
let viewer: Viewer;

beforeAll(async () => {
  viewer = await startViewer(TOTAL, (i) => ({ row: { question: `q${i}` }, cut: i === 7 ? ["question"] : [] }));
});
afterAll(() => viewer.stop());
beforeEach(() => {
  [viewer.answers, viewer.asked] = [[], []];
});

const waits: number[] = [];
const wait = async (ms: number) => void waits.push(ms);
const read = (options: Partial<HubOptions> = {}) =>
  collect(hubRows({ id: "a/b", base: viewer.base, wait, ...options }));

describe("a dataset of the hub", () => {
  it("comes in pages of 100; cells that were cut short are told", async () => {
    const rows = await read({ split: "test" });
    expect(rows).toHaveLength(TOTAL);
    expect(rows[7]).toEqual({ row: 8, problem: expect.stringContaining("cut question short") as string });
    expect(rows[249]).toEqual({ row: 250, value: { question: "q249" } });
    expect(viewer.asked).toHaveLength(4);
    expect(viewer.asked[3]).toBe("/rows?dataset=a%2Fb&config=main&split=test&offset=200&length=100");
  });

  it("is asked again where the server is busy, after the time that it names", async () => {
    waits.length = 0;
    viewer.answers = [{ status: 429, after: "3" }, { status: 500 }];
    expect(await read()).toHaveLength(TOTAL);
    expect(waits).toEqual([3000, 2000]);
  });

  it("gives up with the row to go on from, and goes on from there", async () => {
    const got: unknown[] = [];
    viewer.answers = Array.from({ length: 6 }, () => ({ status: 503 }));
    await expect(read({ from: 100 })).rejects.toThrow(
      "a/b cannot be read (the server answered 503): try again later; 0 rows came, go on from row 100.",
    );
    got.push(...(await read({ from: 100, limit: 120 })));
    expect(got).toHaveLength(120);
    expect(got[0]).toEqual({ row: 101, value: { question: "q100" } });
  });

  it("says what there is, and what there is not", async () => {
    await expect(read({ split: "dev" })).rejects.toThrow("a/b has no dev: it has main/train, main/test.");
    await expect(read({ id: "x/y" })).rejects.toThrow("x/y cannot be read (the server answered 404): check the name.");
    await expect(read({ base: "http://127.0.0.1:1" })).rejects.toThrow(
      /^a\/b cannot be read \(.*\): try again later\.$/,
    );
  });

  it("stops when told to", async () => {
    const abort = new AbortController();
    const rows = hubRows({ id: "a/b", base: viewer.base, signal: abort.signal })[Symbol.asyncIterator]();
    await rows.next();
    abort.abort();
    await expect(collect({ [Symbol.asyncIterator]: () => rows })).rejects.toThrow(/abort/i);
    expect(viewer.asked).toHaveLength(2);
  });
});
