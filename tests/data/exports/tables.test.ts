import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXPORTS, type ExportFile } from "../../../src/data/exports/index.ts";
import { importRows, preview } from "../../../src/data/formats/index.ts";
import { parseDataset } from "../../../src/data/index.ts";
import type { Sample } from "../../../src/protocol/index.ts";
import { samplesOf } from "./samples.ts";

const options = { name: "mine.jsonl", sha256: "0".repeat(64), tools: [] };
const exported = (id: string, samples: readonly Sample[]) =>
  EXPORTS.find((one) => one.id === id)!.files(samples, options);
const blobOf = (file: ExportFile | undefined) =>
  new Blob([file && "bytes" in file ? (file.bytes as Uint8Array<ArrayBuffer>) : (file?.text ?? "")]);

async function imported(file: ExportFile | undefined): Promise<unknown[]> {
  const { guess, format } = await preview(blobOf(file), { name: file!.name });
  const found: unknown[] = [];
  for await (const row of importRows(blobOf(file), guess, { name: file!.name, format: format as "csv" })) {
    found.push("sample" in row ? row.sample : row);
  }
  return found;
}

describe("what is exported and imported again is what it was", () => {
  it.each(["jsonl", "json", "csv", "parquet"])("%s", async (id) => {
    await fc.assert(
      fc.asyncProperty(samplesOf, async (samples) => {
        const [file] = await exported(id, samples);
        expect(await imported(file)).toEqual(samples);
      }),
      { numRuns: 60 },
    );
  });

  it("its own form is what parseDataset reads", async () => {
    await fc.assert(
      fc.asyncProperty(samplesOf, async (samples) => {
        for (const id of ["jsonl", "json"]) {
          const [file] = await exported(id, samples);
          expect(parseDataset((file as { text: string }).text, "x")).toEqual(samples);
        }
      }),
    );
  });
});

describe("tables", () => {
  const sample: Sample = {
    id: "a",
    prompt: "=HYPERLINK(1)",
    optimal_tool: "none",
    reasoning: "",
    difficulty: "easy",
    category: "ambiguous",
    ground_truth_output: "-1",
    alternative_tools: [],
  };

  it("a formula stays to the byte, and there is no column that nothing needs", async () => {
    const [file] = await exported("csv", [sample]);
    expect(file).toEqual({
      name: "mine.csv",
      text:
        "id,prompt,optimal_tool,reasoning,difficulty,category,ground_truth_output,alternative_tools\n" +
        "a,=HYPERLINK(1),none,,easy,ambiguous,-1,[]\n",
    });
  });

  it("a split can be chosen; one without samples is refused", async () => {
    const csv = EXPORTS.find(({ id }) => id === "csv")!;
    const two = [
      { ...sample, split: "train" as const },
      { ...sample, id: "b", split: "test" as const },
    ];
    const [file] = await csv.files(two, { ...options, split: "test" });
    expect((file as { text: string }).text.split("\n")[1]).toMatch(/^b,/);
    await expect(csv.files(two, { ...options, split: "validation" })).rejects.toThrow(
      "mine.jsonl: no sample is of split validation: choose another split, or all.",
    );
  });
});
