import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDataset } from "../../../src/data/index.ts";
import { trustReport, type TrustProgress } from "../../../src/data/trust/index.ts";
import { checkOf, sampleOf } from "./samples.ts";

const published = () => parseDataset(readFileSync("datasets/tool_use_v0/data.jsonl", "utf8"), "data.jsonl");

describe("trustReport", () => {
  it("finds no problem in the published dataset, and is the same each time", async () => {
    const report = await trustReport(published());
    expect(report.checks.filter(({ level }) => level === "problem")).toEqual([]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(await trustReport(published()));
    expect(new Set(report.checks.map(({ id }) => id)).size).toBe(report.checks.length);
    for (const { count, items, cap } of report.checks) expect(items).toHaveLength(Math.min(count, cap));
  });

  it("counts every sample once and names the cells that are missing", async () => {
    const samples = published();
    const { balance } = await trustReport(samples);
    expect(balance.cells.reduce((sum, { count }) => sum + count, 0)).toBe(360);
    expect(balance.splits.map(({ split, samples, templates }) => [split, samples, templates])).toEqual([
      ["train", 180, 32],
      ["validation", 60, 17],
      ["test", 120, 29],
    ]);
    const fewer = samples.filter(
      ({ split, category, difficulty }) => split !== "test" || category !== "ambiguous" || difficulty !== "hard",
    );
    expect((await checkOf("missing_cells", fewer)).items).toEqual([{ ids: [], detail: "test: no ambiguous at hard" }]);
  });

  it("compares the splits with each other, or all samples with others, or nothing", async () => {
    const samples = [
      sampleOf("a", { split: "train", prompt: "same" }),
      sampleOf("b", { split: "test", prompt: "Same" }),
    ];
    expect((await checkOf("identical_prompts", samples)).items[0]!.ids).toEqual(["b", "a"]);
    expect(
      (await checkOf("identical_prompts", [samples[0]!], { against: [sampleOf("c", { prompt: "SAME" })] })).count,
    ).toBe(1);
    expect((await trustReport([sampleOf("d")])).checks.map(({ id }) => id)).not.toContain("identical_prompts");
  });

  it("has something to say of no samples", async () => {
    const report = await trustReport([]);
    expect({ samples: report.samples, level: report.level }).toEqual({ samples: 0, level: "ok" });
  });

  it("tells how far it is, lets others work, and stops", async () => {
    const samples = Array.from({ length: 20_000 }, (_, i) =>
      sampleOf(`s${i}`, { prompt: `What is ${i} and ${i * 7}?` }),
    );
    const seen: TrustProgress[] = [];
    const controller = new AbortController();
    let others = 0;
    const other = setInterval(() => others++, 1);
    const reading = trustReport(samples, {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.stage === "signatures") controller.abort(new Error("enough"));
      },
    });
    await expect(reading).rejects.toThrow("enough");
    clearInterval(other);
    expect(others).toBeGreaterThan(2);
    expect(seen.every(({ done, total }) => done > 0 && done <= total)).toBe(true);
    expect(seen.at(-1)!.stage).toBe("signatures");
  });
});
