import { describe, expect, it } from "vitest";
import { compare } from "../../../src/data/table/compare.ts";
import { distribution } from "../../../src/data/table/distribution.ts";
import { manySamples } from "./samples.ts";

describe("two versions", () => {
  it("differ in rows that were added, removed and changed, and in nothing else", () => {
    const before = manySamples(6);
    const [a, b, c, d, , f] = before;
    const after = [f!, a!, { ...b!, difficulty: "hard" as const, flagged: true }, { ...c!, id: "new" }, d!];
    const found = compare(before, after);
    expect(found).toMatchObject({ added: 1, removed: 2, changed: 1, same: 3 });
    expect(found.differences).toEqual([
      { kind: "changed", id: "sample-1", fields: ["difficulty", "flagged"], before: 1, after: 2 },
      { kind: "added", id: "new", fields: [], before: null, after: 3 },
      { kind: "removed", id: "sample-2", fields: [], before: 2, after: null },
      { kind: "removed", id: "sample-4", fields: [], before: 4, after: null },
    ]);
  });

  it("are the same whatever the order of an object's keys", () => {
    const [sample] = manySamples(1);
    const one = { ...sample!, files: { a: "1", b: "2" } };
    const other = { ...sample!, files: { b: "2", a: "1" } };
    expect(compare([one], [other])).toMatchObject({ same: 1, changed: 0 });
    expect(compare([one], [{ ...sample! }]).differences[0]?.fields).toEqual(["files"]);
  });
});

describe("distributions", () => {
  it("count every row once in each picture", () => {
    const samples = manySamples(123);
    const { n, labels, lengths, templates } = distribution(samples);
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
    expect(n).toBe(123);
    expect(sum(labels.map(({ count }) => count))).toBe(123);
    expect(sum(lengths.bins.map(({ count }) => count))).toBe(123);
    expect(sum(templates.map(({ rows }) => rows))).toBe(123);
    expect(templates.find(({ split }) => split === "train")?.templates).toBe(11);
  });

  it("are not flattened by one very long prompt", () => {
    const samples = manySamples(300);
    samples[7] = { ...samples[7]!, prompt: "x".repeat(100_000) };
    expect(distribution(samples).lengths.width).toBeLessThan(10);
    expect(distribution([])).toMatchObject({ n: 0, labels: [] });
  });
});
