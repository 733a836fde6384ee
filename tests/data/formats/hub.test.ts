import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hubRows, type HubOptions } from "../../../src/data/formats/index.ts";
import { collect } from "./collect.ts";

/** A server of the dataset viewer's form; `answers` are statuses to give before it works. */
let server: Server;
let base: string;
let answers: { status: number; after?: string }[] = [];
let asked: string[] = [];
const TOTAL = 250;

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    asked.push(`${url.pathname}${url.search}`);
    const get = (name: string) => url.searchParams.get(name);
    const refused = url.pathname === "/rows" ? answers.shift() : undefined;
    if (refused || get("dataset") !== "a/b") {
      response.writeHead(refused?.status ?? 404, refused?.after ? { "retry-after": refused.after } : {}).end("{}");
      return;
    }
    const [offset, length] = [Number(get("offset")), Number(get("length"))];
    const rows = Array.from({ length: Math.max(0, Math.min(length, TOTAL - offset)) }, (_, i) => ({
      row_idx: offset + i,
      row: { question: `q${offset + i}` },
      truncated_cells: offset + i === 7 ? ["question"] : [],
    }));
    const splits = ["train", "test"].map((split) => ({ dataset: "a/b", config: "main", split }));
    response.end(
      JSON.stringify(url.pathname === "/splits" ? { splits } : { features: [], rows, num_rows_total: TOTAL }),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  [answers, asked] = [[], []];
});

const waits: number[] = [];
const wait = async (ms: number) => void waits.push(ms);
const read = (options: Partial<HubOptions> = {}) => collect(hubRows({ id: "a/b", base, wait, ...options }));

describe("a dataset of the hub", () => {
  it("comes in pages of 100; cells that were cut short are told", async () => {
    const rows = await read({ split: "test" });
    expect(rows).toHaveLength(TOTAL);
    expect(rows[7]).toEqual({ row: 8, problem: expect.stringContaining("cut question short") as string });
    expect(rows[249]).toEqual({ row: 250, value: { question: "q249" } });
    expect(asked).toHaveLength(4);
    expect(asked[3]).toBe("/rows?dataset=a%2Fb&config=main&split=test&offset=200&length=100");
  });

  it("is asked again where the server is busy, after the time that it names", async () => {
    waits.length = 0;
    answers = [{ status: 429, after: "3" }, { status: 500 }];
    expect(await read()).toHaveLength(TOTAL);
    expect(waits).toEqual([3000, 2000]);
  });

  it("gives up with the row to go on from, and goes on from there", async () => {
    const got: unknown[] = [];
    answers = Array.from({ length: 6 }, () => ({ status: 503 }));
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
    const rows = hubRows({ id: "a/b", base, signal: abort.signal })[Symbol.asyncIterator]();
    await rows.next();
    abort.abort();
    await expect(collect({ [Symbol.asyncIterator]: () => rows })).rejects.toThrow(/abort/i);
    expect(asked).toHaveLength(2);
  });
});
