export type { StoredAdapter } from "./adapters.ts";
export type { ImportOptions, ImportReport, RowCounts } from "./backup/import.ts";
export type { Refused } from "./backup/intake.ts";
export type { DatasetMeta, NewDataset } from "./datasets.ts";
export type {
  AdapterSummary,
  DatasetSummary,
  DraftEdit,
  EditCounts,
  RunSummary,
  StoredDataset,
  UserModelRow,
} from "./schema.ts";
export type { Discarded } from "./trash.ts";
export type { DatasetWriter } from "./writer.ts";
export { parseRun } from "./run-file.ts";
export { openStore, type Store } from "./store.ts";
