import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Blocks } from "../../src/app/studio/blocks.ts";
import { nextSort, readChoice, TABS, writeChoice, type Choice } from "../../src/app/studio/address.ts";
import { COLUMNS, FACETS, type RowView } from "../../src/data/table/index.ts";

describe("what is chosen, as the address says it", () => {
  it("is nothing where nothing was chosen", () => {
    expect(writeChoice(readChoice(""))).toBe("");
  });

  it("comes back whole, whatever the values are", () => {
    const text = fc.string({ unit: "grapheme" }).map((value) => value.toWellFormed());
    const values = fc.uniqueArray(text, { minLength: 1, maxLength: 3 });
    const choice: fc.Arbitrary<Choice> = fc.record({
      query: fc.record({
        text,
        facets: fc.dictionary(fc.constantFrom(...FACETS), values, { noNullPrototype: true }),
        sort: fc.option(fc.record({ column: fc.constantFrom(...COLUMNS), descending: fc.boolean() })),
      }),
      tab: fc.constantFrom(...TABS),
      other: fc.option(fc.constant("ab".repeat(32))),
    });
    fc.assert(
      fc.property(choice, (chosen) => {
        expect(readChoice(writeChoice(chosen))).toEqual(chosen);
      }),
    );
  });

  it("leaves out what nobody knows", () => {
    expect(readChoice("sort=password&view=x&with=1&color=red&difficulty=hard")).toEqual({
      query: { text: "", facets: { difficulty: ["hard"] }, sort: null },
      tab: "rows",
      other: null,
    });
  });

  it("sorts up, down, and then as the file is", () => {
    const up = nextSort(null, "prompt");
    const down = nextSort(up, "prompt");
    expect([up?.descending, down?.descending, nextSort(down, "prompt")]).toEqual([false, true, null]);
    expect(nextSort(down, "answer")).toEqual({ column: "answer", descending: false });
  });
});

describe("the rows that are fetched", () => {
  const row = (place: number) => ({ row: place, id: `r${place}`, flagged: false }) as RowView;

  it("are fetched once, a block at a time, and the oldest are let go", async () => {
    const asked: number[] = [];
    const blocks = new Blocks(async (from, count) => {
      asked.push(from);
      return Array.from({ length: count }, (_, i) => row(from + i));
    });
    expect(await blocks.need(95, 105)).toBe(true);
    expect(await blocks.need(0, 200)).toBe(false);
    expect(asked).toEqual([0, 100]);
    expect(blocks.at(150)?.id).toBe("r150");
    expect(blocks.at(200)).toBeUndefined();
    for (let from = 200; from < 10_000; from += 100) await blocks.need(from, from + 1);
    expect(blocks.at(0)).toBeUndefined();
    expect(blocks.at(9999)?.id).toBe("r9999");
  });

  it("show an edit at once", async () => {
    const blocks = new Blocks(async (from, count) => Array.from({ length: count }, (_, i) => row(from + i)));
    await blocks.need(0, 1);
    blocks.replace({ ...row(7), flagged: true });
    expect(blocks.at(7)?.flagged).toBe(true);
    expect(blocks.at(8)?.flagged).toBe(false);
  });
});
