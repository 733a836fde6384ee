import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Sample } from "../../src/protocol/index.ts";
import { external, importAll, oracleOn, rowsIn, runOracle } from "./imported.ts";

const FILE = external("HumanEval.jsonl.gz");

describe.skipIf(!existsSync(FILE))(
  "HumanEval as samples (set AGENTCODER_EXTERNAL_DATA to the folder of HumanEval.jsonl.gz)",
  () => {
    it("every row becomes a sample, and every field is found again", async () => {
      const samples = await importAll(FILE);
      const rows = rowsIn(gunzipSync(readFileSync(FILE)).toString("utf8"));
      expect(samples).toHaveLength(164);
      for (const [i, sample] of samples.entries()) {
        const { id, source_prompt, entry_point, canonical_solution, test } = sample as unknown as Record<
          string,
          unknown
        >;
        expect({ task_id: id, prompt: source_prompt, entry_point, canonical_solution, test }).toEqual(rows[i]);
        expect(sample.prompt).not.toContain(sample.gold_answer);
      }
    });

    it("the oracle is right", { timeout: 120_000 }, async () => {
      expect(await oracleOn(await importAll(FILE, { limit: 24 }))).toEqual([1, 1]);
    });

    it("a function that is wrong gets no word", { timeout: 120_000 }, async () => {
      const wrong = (await importAll(FILE, { limit: 24 })).map((sample): Sample => ({
        ...sample,
        gold_calls: [{ name: "run_tests", arguments: { code: "    return None\n" } }],
      }));
      const { results: done } = await runOracle(wrong);
      const results = done.flatMap(({ transcript }) => transcript.filter(({ type }) => type === "tool_result"));
      expect(results).toHaveLength(24);
      expect(results.filter((event) => "success" in event && event.success)).toEqual([]);
    });
  },
);
