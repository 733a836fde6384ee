import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExecResult } from "../../src/protocol/index.ts";
import { agentcoder } from "../cli/child.ts";

// HumanEval (Chen et al. 2021), which is not part of this project: real programs, and tests that tell right from wrong.
const FILE = join(process.env["AGENTCODER_EXTERNAL_DATA"] ?? "", "HumanEval.jsonl.gz");

interface Task {
  task_id: string;
  prompt: string;
  canonical_solution: string;
  test: string;
  entry_point: string;
}

describe.skipIf(!existsSync(FILE))(
  "HumanEval (set AGENTCODER_EXTERNAL_DATA to the folder of HumanEval.jsonl.gz)",
  () => {
    let folder: string;
    let tasks: Task[];
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "agentcoder-humaneval-"));
      const lines = gunzipSync(readFileSync(FILE)).toString("utf8").trim().split("\n");
      tasks = lines.map((line) => JSON.parse(line) as Task);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** Runs every task with a body of its own; the results in the tasks' order. */
    async function run(bodyOf: (task: Task) => string): Promise<ExecResult[]> {
      const rows = tasks.map((task) => ({
        id: task.task_id,
        code: `${task.prompt}${bodyOf(task)}\n${task.test}\ncheck(${task.entry_point})\n`,
        timeout: 30,
      }));
      const file = join(folder, "rows.jsonl");
      writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
      const { code, out, err } = await agentcoder(["exec", "--jsonl", file]);
      expect(code, err).toBe(0);
      const results = out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as ExecResult);
      expect(results.map(({ id }) => id)).toEqual(tasks.map(({ task_id }) => task_id));
      return results;
    }

    it("every canonical solution passes its tests", async () => {
      const failed = (await run((task) => task.canonical_solution)).filter(({ success }) => !success);
      expect(failed.map(({ id, error }) => [id, error])).toEqual([]);
      expect(tasks).toHaveLength(164);
    });

    it("no body of `return None` passes", async () => {
      const passed = (await run(() => "    return None\n")).filter(({ success }) => success);
      expect(passed.map(({ id }) => id)).toEqual([]);
    });
  },
);
