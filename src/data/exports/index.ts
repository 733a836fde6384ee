import { bfcl } from "./bfcl.ts";
import { chat, hermes } from "./chat.ts";
import type { DatasetExport } from "./export.ts";
import { inspect } from "./inspect.ts";
import { lmEval } from "./lm-eval.ts";
import { json, jsonl } from "./own.ts";
import { csv, parquet } from "./tables.ts";
import { trl } from "./trl.ts";

export type { DatasetExport, ExportFile, ExportOptions } from "./export.ts";

/** Every form in which a dataset can be handed on. */
export const EXPORTS: readonly DatasetExport[] = [
  jsonl,
  json,
  csv,
  parquet,
  ...trl,
  chat,
  hermes,
  inspect,
  lmEval,
  bfcl,
];
