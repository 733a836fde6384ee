import { describe, expect, it } from "vitest";
import type { Run, TranscriptEvent } from "../../src/protocol/index.ts";
import { payloadOf, verdict } from "../../src/share/index.ts";
import { honestRun, redecided, rerun, reworded, sharedPayload, sharedRun } from "./doubles.ts";

const ids = sharedRun.results.map((result) => result.sample_id);
const graded = (run: Run) => verdict(sharedPayload, run);

describe("the verdict on a rerun", () => {
  it("is identical where all is the same, times apart", async () => {
    const slow = await rerun(sharedRun, [0, 1, 2], (event): TranscriptEvent =>
      event.type === "model" ? { ...event, timing: { totalMs: 1, firstTokenMs: 1 } } : event,
    );
    expect(graded(slow)).toEqual({
      grade: "identical",
      differing: 0,
      first: null,
      sentence: "Identical: every decision and every token is the same.",
    });
  });

  it("is the same decisions where only words differ, and names the first", async () => {
    expect(graded(await rerun(sharedRun, [2, 4], reworded))).toEqual({
      grade: "same_decisions",
      differing: 2,
      first: ids[2],
      sentence: `Same decisions: 2 texts differ in their words; the first is ${ids[2]}.`,
    });
  });

  it.each([
    [[1], `Different: 1 decision differs; the first is ${ids[1]}.`],
    [[1, 3, 5], `Different: 3 decisions differ; the first is ${ids[1]}.`],
  ])("counts the decisions that differ, %j", async (which, sentence) => {
    const result = graded(await rerun(sharedRun, which, redecided));
    expect(result).toEqual({ grade: "different", differing: which.length, first: ids[1], sentence });
  });

  it("counts decisions and not words where both differ", async () => {
    const words = await rerun(sharedRun, [0, 1], reworded);
    expect(graded(await rerun(words, [3], redecided))).toMatchObject({
      grade: "different",
      differing: 1,
      first: ids[3],
    });
  });

  it("says that other files were used", async () => {
    const model = { ...sharedRun.model, sha256: "b".repeat(64) };
    expect(graded(await rerun(sharedRun, [], reworded, { model }))).toEqual({
      grade: "same_decisions",
      differing: 0,
      first: null,
      sentence: "Every decision and every token is the same. The model of the link is not the one here.",
    });
    const dataset = { ...sharedRun.dataset, sha256: "c".repeat(64) };
    const both = graded(await rerun(sharedRun, [0], redecided, { model, dataset }));
    expect(both.sentence).toMatch(/1 decision differs.* The dataset and the model of the link are not the one here\.$/);
  });

  it("knows that something differs where a link is too short to say what", async () => {
    const short = { ...sharedPayload, fingerprints: "" };
    expect(verdict(short, await rerun(sharedRun, [1, 2], redecided))).toEqual({
      grade: "different",
      differing: 1,
      first: null,
      sentence: "Different: at least one decision differs.",
    });
    expect(verdict(short, await rerun(sharedRun, [1, 2], reworded)).sentence).toBe(
      "Same decisions: at least one text differs in its words.",
    );
  });

  it("does not compare results one by one where there are more or fewer of them", async () => {
    const fewer = await honestRun({}, sharedRun.results.slice(0, 4));
    expect(graded(fewer)).toMatchObject({ grade: "different", differing: 1, first: null });
  });

  it("is symmetric in its grade", async () => {
    for (const how of [reworded, redecided]) {
      const other = await rerun(sharedRun, [0], how);
      expect(graded(other).grade).toBe(verdict(payloadOf(other), sharedRun).grade);
    }
  });

  it("waits for the end of the run", () => {
    expect(() => graded({ ...sharedRun, digest: null })).toThrow(/Only a complete run can be compared/);
  });
});
