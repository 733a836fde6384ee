import type { ImportReport, RowCounts } from "../../store/index.ts";

/** What each table of the database holds, in the singular and the plural. */
const TABLES: Record<keyof RowCounts, [one: string, many: string]> = {
  runs: ["run", "runs"],
  datasets: ["dataset", "datasets"],
  adapters: ["adapter", "adapters"],
  models: ["model", "models"],
  userTools: ["tool", "tools"],
  drafts: ["draft of edits", "drafts of edits"],
  settings: ["setting", "settings"],
};

/** The name of the file with everything, by the day on which it is made. */
export function backupName(now = new Date()): string {
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return `agentcoder-${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}.jsonl.gz`;
}

/** Counts in words, e.g. "2 runs, 1 dataset"; null: all of them are 0. */
export function counted(counts: RowCounts): string | null {
  const parts = Object.entries(TABLES).flatMap(([table, [one, many]]) => {
    const count = counts[table as keyof RowCounts];
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${count === 1 ? one : many}`];
  });
  return parts.length > 0 ? parts.join(", ") : null;
}

/** Something of a file that was not taken, as a sentence. Its key is the file's, so it is cut. */
export function refusal({ table, key, reason }: ImportReport["refused"][number]): string {
  const [name] = Object.hasOwn(TABLES, table) ? TABLES[table as keyof RowCounts] : [table];
  const shown = /^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 12)}…` : key.length > 80 ? `${key.slice(0, 80)}…` : key;
  return `The ${name} ${shown}: ${reason}.`;
}
