import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVERYTHING, type Query } from "../../../src/data/table/index.ts";
import { SampleTable } from "../../../src/data/table/sample-table.ts";
import type { Sample } from "../../../src/protocol/index.ts";
import { manySamples } from "./samples.ts";

const query = (part: Partial<Query>): Query => ({ ...EVERYTHING, ...part });
const ids = (table: SampleTable, part: Partial<Query>) => {
  const { total } = table.query(query(part));
  return table.rows(0, total).map(({ id }) => id);
};

describe("what a query finds", () => {
  const samples = manySamples(240);
  const table = new SampleTable(samples);

  it("is everything in the file's order when nothing is asked", () => {
    expect(ids(table, {})).toEqual(samples.map(({ id }) => id));
  });

  it("has every word somewhere in the row, whatever the case, and phrases together", () => {
    expect(ids(table, { text: "SAMPLE-17 question" })).toEqual(["sample-17", ...from170(samples)]);
    expect(ids(table, { text: '"question 17 of"' })).toEqual(["sample-17"]);
    expect(ids(table, { text: '"17 question"' })).toEqual([]);
  });

  it("can be told the field, and what is not wanted", () => {
    const hard = samples.filter(({ difficulty }) => difficulty === "hard").map(({ id }) => id);
    expect(ids(table, { text: "difficulty:hard" })).toEqual(hard);
    expect(ids(table, { text: "difficulty:har" })).toEqual([]);
    expect(ids(table, { text: "-difficulty:hard" })).toHaveLength(240 - hard.length);
    expect(ids(table, { text: "prompt:hard" })).toEqual([]);
    expect(ids(table, { text: "label:none difficulty:hard" })).toEqual(
      samples.filter((s) => s.difficulty === "hard" && s.optimal_tool === "none").map(({ id }) => id),
    );
    expect(ids(table, { text: "topic:" })).toEqual(samples.filter(({ topic }) => topic).map(({ id }) => id));
    expect(ids(table, { text: "constructor:x" })).toEqual([]);
  });

  it("counts each facet among what the other conditions leave", () => {
    const { total, facets } = table.query(
      query({ facets: { difficulty: ["hard"], optimal_tool: ["none", "web_search"] } }),
    );
    const fits = (s: Sample, tools: string[]) => s.difficulty === "hard" && tools.includes(s.optimal_tool);
    expect(total).toBe(samples.filter((s) => fits(s, ["none", "web_search"])).length);
    const tool = Object.fromEntries(facets.optimal_tool.map(({ value, count }) => [value, count]));
    expect(tool["code_executor"]).toBe(samples.filter((s) => fits(s, ["code_executor"])).length);
    const easy = facets.difficulty.find(({ value }) => value === "easy");
    expect(easy?.count).toBe(
      samples.filter((s) => s.difficulty === "easy" && ["none", "web_search"].includes(s.optimal_tool)).length,
    );
    expect(facets.difficulty.map(({ value }) => value)).toEqual(["easy", "medium", "hard"]);
  });

  it("is sorted by a column, both ways, without losing a row", () => {
    for (const column of ["prompt", "difficulty", "template", "answer"] as const) {
      const up = ids(table, { sort: { column, descending: false } });
      const down = ids(table, { sort: { column, descending: true } });
      expect([...up].sort()).toEqual(samples.map(({ id }) => id).sort());
      expect(down).toEqual([...up].reverse());
    }
    table.query(query({ sort: { column: "difficulty", descending: false } }));
    const levels = table.rows(0, 240).map(({ difficulty }) => difficulty);
    expect([levels[0], levels[120], levels[239]]).toEqual(["easy", "medium", "hard"]);
  });

  it("tells where a row stands in it", () => {
    table.query(query({ text: "difficulty:hard" }));
    expect(table.placeOf(table.rows(3, 1)[0]!.row)).toBe(3);
    expect(table.placeOf(samples.findIndex(({ difficulty }) => difficulty === "easy"))).toBe(-1);
  });
});

/** sample-17 is also the beginning of sample-170 to sample-179. */
function from170(samples: readonly Sample[]): string[] {
  return samples.map(({ id }) => id).filter((id) => /^sample-17\d$/.test(id));
}

describe("editing", () => {
  it("changes a row, is seen by queries, and is taken back and done again", () => {
    const table = new SampleTable(manySamples(12));
    expect(table.edit(3, "topic", "ducks")).toBeNull();
    expect(ids(table, { facets: { topic: ["ducks"] } })).toEqual(["sample-3"]);
    expect(ids(table, { text: "topic:ducks edited:yes" })).toEqual(["sample-3"]);
    expect(table.editing()).toMatchObject({ edited: 1, undoable: 1, redoable: 0 });
    expect(table.undo()).toEqual({ row: 3, field: "topic" });
    expect(ids(table, { text: "topic:ducks" })).toEqual([]);
    expect(table.editing()).toMatchObject({ edited: 0, undoable: 0, redoable: 1 });
    expect(table.redo()).toEqual({ row: 3, field: "topic" });
    expect(table.sample(3)).toMatchObject({ topic: "ducks" });
  });

  it.each([
    ["prompt", "", "prompt", /^empty$/],
    ["difficulty", "awful", "difficulty", /^"awful" is not one of easy, medium, hard$/],
    ["id", "sample-2", "id", /^"sample-2" is the id of row 3 already$/],
    ["reasoning", undefined, "reasoning", /^missing$/],
    ["check", { kind: "keywords" }, "check", /at least one keyword/],
    ["check", { kind: "guess" }, "check", /^kind: "guess" is not one of/],
  ])("refuses what breaks a rule and names the field: %s = %j", (field, value, named, message) => {
    const samples = manySamples(4);
    const table = new SampleTable(samples);
    const problem = table.edit(0, field, value);
    expect(problem?.field).toBe(named);
    expect(problem?.message).toMatch(message);
    expect([...table.current()]).toEqual(samples);
    expect(table.editing().undoable).toBe(0);
  });

  it("lets an id go that is not used any more", () => {
    const table = new SampleTable(manySamples(4));
    expect(table.edit(0, "id", "other")).toBeNull();
    expect(table.edit(1, "id", "sample-0")).toBeNull();
    expect(table.edit(2, "id", "other")).toMatchObject({ field: "id" });
  });

  it("makes one undo of what is typed in one go, and nothing of what was taken back by typing", () => {
    const table = new SampleTable(manySamples(4));
    for (const text of ["a", "ab", "abc"]) table.edit(0, "prompt", text, text !== "a");
    expect(table.editing()).toMatchObject({ edited: 1, undoable: 1 });
    table.undo();
    expect(table.sample(0)).toEqual(manySamples(4)[0]);
    expect(table.editing().edited).toBe(0);
  });

  it("counts labelled rows, also those whose label was confirmed", () => {
    const table = new SampleTable(manySamples(6));
    const { optimal_tool } = table.sample(0)!;
    table.edit(0, "optimal_tool", optimal_tool);
    table.edit(1, "flagged", true);
    table.edit(1, "difficulty", "hard");
    table.edit(2, "prompt", "only its words");
    expect(table.editing()).toMatchObject({ labelled: 2 });
    expect(ids(table, { text: "-labelled:yes" })).toEqual(["sample-2", "sample-3", "sample-4", "sample-5"]);
  });

  it("takes rows out and puts them back", () => {
    const table = new SampleTable(manySamples(4));
    table.query(EVERYTHING);
    table.remove(1);
    expect(table.rows(0, 4).map(({ removed }) => removed)).toEqual([false, true, false, false]);
    expect([...table.current()].map(({ id }) => id)).toEqual(["sample-0", "sample-2", "sample-3"]);
    expect(ids(table, {})).toHaveLength(3);
    expect(ids(table, { text: "removed:yes" })).toEqual(["sample-1"]);
    table.undo();
    expect(ids(table, {})).toHaveLength(4);
  });

  it("undone wholly is the file as it was, and a draft brings back the same rows, whatever was done", () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("edit"),
        row: fc.nat(5),
        field: fc.constantFrom("prompt", "topic", "id", "difficulty", "flagged"),
        value: fc.constantFrom("a", "b", "hard", "easy", true, undefined),
        merge: fc.boolean(),
      }),
      fc.record({ do: fc.constantFrom("undo", "redo", "remove"), row: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const table = new SampleTable(manySamples(6));
        for (const s of steps) {
          if ("field" in s) table.edit(s.row, s.field, s.value, s.merge);
          else if (s.do === "undo") table.undo();
          else if (s.do === "redo") table.redo();
          else table.remove(s.row);
        }
        const again = new SampleTable(manySamples(6));
        again.restore(structuredClone(table.draft()));
        expect([...again.current()]).toEqual([...table.current()]);
        expect(again.editing()).toEqual({ ...table.editing(), redoable: 0 });
        while (table.undo());
        expect([...table.current()]).toEqual(manySamples(6));
        expect(table.editing()).toMatchObject({ edited: 0, labelled: 0, removed: 0 });
      }),
    );
  });

  it("refuses a draft of another dataset", () => {
    const table = new SampleTable(manySamples(12));
    table.edit(9, "topic", "x");
    expect(() => new SampleTable(manySamples(3)).restore(table.draft())).toThrow(/does not fit/);
    expect(() => new SampleTable(manySamples(11)).restore(table.draft())).toThrow(/does not fit/);
  });
});
