import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainParameters } from "../../src/tools/index.ts";
import type { Sample } from "../../src/protocol/index.ts";
import { blob, external, importAll, oracleOn, rowsIn } from "./imported.ts";

const FILE = external("bfcl/BFCL_v4_irrelevance.json");

describe.skipIf(!existsSync(FILE))("BFCL (set AGENTCODER_EXTERNAL_DATA to the folder that has bfcl)", () => {
  it.each([
    ["irrelevance", 240, false],
    ["simple_python", 400, true],
    ["multiple", 200, true],
  ])(
    "%s: every row becomes a sample, every field is found again, the oracle is right",
    async (part, count, answered) => {
      const file = external(`bfcl/BFCL_v4_${part}.json`);
      const answers = external(`bfcl/possible_answer/BFCL_v4_${part}.json`);
      const samples = await importAll(file, answered ? { answers: blob(answers) } : {});
      expect(samples).toHaveLength(count);
      const rows = rowsIn(readFileSync(file, "utf8"));
      const truths = answered ? rowsIn(readFileSync(answers, "utf8")) : [];
      for (const [i, sample] of samples.entries()) {
        const { id, question, function: functions, ground_truth } = sample as unknown as Record<string, unknown>;
        expect({ id, question, function: functions }).toEqual(rows[i]);
        if (answered) expect({ id, ground_truth }).toEqual(truths[i]);
        for (const [at, tool] of sample.tools!.entries()) {
          expect(tool.name).toBe((rows[i]!["function"] as { name: string }[])[at]!.name);
          // One function has a parameter `_class`, which prompts can render though tools of one's own may not have it.
          expect(explainParameters(tool.parameters) ?? "_class").toContain("_class");
        }
      }
      expect(samples.every(({ optimal_tool }) => (optimal_tool === "none") === !answered)).toBe(true);
      // A scripted model finds its sample by the prompt, and a few of BFCL's stand twice.
      const once = [...new Map(samples.map((sample): [string, Sample] => [sample.prompt, sample])).values()];
      expect(await oracleOn(once)).toEqual([1, 1]);
    },
  );
});
