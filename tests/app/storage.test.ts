import { describe, expect, it } from "vitest";
import { backupName, counted, refusal } from "../../src/app/storage/report.ts";

const NONE = { runs: 0, datasets: 0, settings: 0, userTools: 0, drafts: 0, adapters: 0, models: 0 };

describe("the file with everything", () => {
  it("is named by its day, so that files sort by age", () => {
    expect(backupName(new Date(2026, 0, 9))).toBe("agentcoder-2026-01-09.jsonl.gz");
    expect(backupName(new Date(2026, 10, 26))).toBe("agentcoder-2026-11-26.jsonl.gz");
  });
});

describe("what a file brought", () => {
  it("is counted in words", () => {
    expect(counted({ ...NONE, runs: 1, datasets: 1200, adapters: 1, userTools: 2 })).toBe(
      "1 run, 1,200 datasets, 1 adapter, 2 tools",
    );
    expect(counted({ ...NONE, drafts: 1, settings: 1 })).toBe("1 draft of edits, 1 setting");
    expect(counted(NONE)).toBeNull();
  });

  it("says of each refused thing what it was and why, however long its key", () => {
    const reason = "it is in the file twice";
    expect(refusal({ table: "datasets", key: "a".repeat(64), reason })).toBe(
      "The dataset aaaaaaaaaaaa…: it is in the file twice.",
    );
    expect(refusal({ table: "runs", key: "line 7", reason })).toBe("The run line 7: it is in the file twice.");
    expect(refusal({ table: "userTools", key: "x".repeat(900), reason }).length).toBeLessThan(130);
    expect(refusal({ table: "constructor", key: "k", reason })).toBe("The constructor k: it is in the file twice.");
  });
});
