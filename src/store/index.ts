export type { RunSummary, StoredDataset } from "./schema.ts";
export { parseRun } from "./run-file.ts";
export { openStore, type Store } from "./store.ts";
