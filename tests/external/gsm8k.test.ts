import { existsSync, readFileSync } from "node:fs";
import { expect, describe, it } from "vitest";
import { external, importAll, oracleOn, rowsIn } from "./imported.ts";

const FILE = external("gsm8k_test.jsonl");

describe.skipIf(!existsSync(FILE))("GSM8K (set AGENTCODER_EXTERNAL_DATA to the folder of gsm8k_test.jsonl)", () => {
  it("every row becomes a sample, and every field is found again", async () => {
    const samples = await importAll(FILE, { name: "gsm8k.jsonl" });
    const rows = rowsIn(readFileSync(FILE, "utf8"));
    expect(samples).toHaveLength(1319);
    for (const [i, sample] of samples.entries()) {
      expect({ question: sample.prompt, answer: (sample as { answer?: unknown }).answer }).toEqual(rows[i]);
      expect(sample.gold_answer).toMatch(/^-?\d+(\.\d+)?$/);
      expect(String(rows[i]!["answer"]).replaceAll(",", "")).toMatch(new RegExp(`#### ${sample.gold_answer}$`));
    }
  });

  it("the oracle is right", async () => {
    const samples = await importAll(FILE, { limit: 24 });
    expect(samples).toHaveLength(24);
    expect(await oracleOn(samples)).toEqual([1, 1]);
  });
});
