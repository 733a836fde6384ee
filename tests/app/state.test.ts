import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../src/app/failure.ts";
import { categoryColor, categoryTitle, decisionColor } from "../../src/app/labels.ts";
import { shownStatus } from "../../src/app/result/titles.ts";
import { Rows } from "../../src/app/state/rows.ts";
import { eventSplitter, UserError } from "../../src/protocol/index.ts";
import { SearchError } from "../../src/tools/index.ts";
import { fakeResult, fakeSamples } from "./fixtures/run.ts";

describe("what the person is told of an error", () => {
  it("is the sentence itself where it was meant for a person", () => {
    const failure = failureOf(new UserError("my.jsonl, row 3, field id: missing.\nmy.jsonl, row 5, field id: twice."));
    expect(failure.lines).toEqual(["my.jsonl, row 3, field id: missing.", "my.jsonl, row 5, field id: twice."]);
    expect(failure.detail).toBeNull();
  });

  it("is the sentence also of the kinds of errors that are meant for a person", () => {
    expect(failureOf(new SearchError("a.example did not answer.")).lines).toEqual(["a.example did not answer."]);
  });

  it("admits a defect, with something to copy", () => {
    const failure = failureOf(new TypeError("x is undefined"));
    expect(failure.lines).toEqual(["Something broke: x is undefined"]);
    expect(failure.detail).toContain("TypeError");
    expect(failureOf("a text").lines).toEqual(["Something broke: a text"]);
  });

  it("knows an error by its name after it crossed from a worker", () => {
    expect(failureOf(Object.assign(new Error("The GPU was lost."), { name: "DeviceLostError" })).detail).toBeNull();
  });
});

describe("names from files", () => {
  it("never reach into what every object answers to", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(categoryTitle(name)).toBe(name);
      expect(categoryColor(name)).toBe("var(--series-other)");
      expect(decisionColor(name)).toBe("var(--series-other)");
    }
  });
});

describe("a stored run that says it is running", () => {
  it("was interrupted unless one is under way", () => {
    expect(shownStatus("running", false)).toBe("interrupted");
    expect(shownStatus("running", true)).toBe("running");
    expect(shownStatus("cancelled", true)).toBe("cancelled");
  });
});

describe("the rows of a run under way", () => {
  it("gather text per sample and drop it when the sample is done", () => {
    const [a, b] = fakeSamples(2);
    if (!a || !b) throw new Error("no samples");
    const rows = new Rows();
    rows.text(a.id, "The ");
    rows.text(a.id, "answer");
    expect(rows.snapshot().current).toEqual({ sample: a.id, text: "The answer" });
    rows.add(fakeResult(a), { done: 1, total: 2, secondsLeft: 3 });
    rows.text(b.id, "So");
    const seen = rows.snapshot();
    expect(seen).toMatchObject({ done: 1, total: 2, secondsLeft: 3, current: { sample: b.id, text: "So" } });
    expect(seen.results).toHaveLength(1);
  });
});

describe("server-sent events", () => {
  it("are the same however the stream was cut", () => {
    const text = 'id: 1\ndata: {"progress":0.1}\n\n: still here\n\nid: 2\ndata: {"progress":1}\n\n';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((x, y) => x - y), text.length];
        const seen: string[] = [];
        const feed = eventSplitter((data) => seen.push(data));
        at.slice(1).forEach((end, i) => feed(text.slice(at[i], end)));
        expect(seen).toEqual(['{"progress":0.1}', '{"progress":1}']);
      }),
    );
  });
});
