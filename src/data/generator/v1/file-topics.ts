import type { Split } from "../../../protocol/index.ts";
import { templatesOf } from "./file-builder.ts";

/** Topics of the questions of one call of file_ops. */
const TOPICS = {
  "files: reading": "train",
  "files: listing": "train",
  "files: writing": "train",
  "files: records": "test",
  "files: searching": "test",
  "files: changing": "validation",
} as const satisfies Record<string, Split>;

export const fileTemplate = templatesOf("execution_required", TOPICS);

/** Topics of the questions of several calls. */
const WORK_TOPICS = {
  "files: tables": "train",
  "files: orders": "train",
  "files: formulas": "train",
  "files: results": "train",
  "files: logs": "test",
  "files: pointers": "test",
  "files: decisions": "test",
  "files: finding": "validation",
  "files: ledgers": "validation",
} as const satisfies Record<string, Split>;

export const workTemplate = templatesOf("multi_step", WORK_TOPICS);

/** Topics of the questions whose first call fails. */
const RECOVERY_TOPICS = {
  "recovery: names of files": "train",
  "recovery: broken JSON": "train",
  "recovery: products written without a sign": "train",
  "recovery: headers of tables": "test",
  "recovery: division by zero": "test",
  "recovery: a name that is taken": "test",
  "recovery: folders": "validation",
  "recovery: modules": "validation",
} as const satisfies Record<string, Split>;

export const recoveryTemplate = templatesOf("multi_step", RECOVERY_TOPICS);

/** A program in the same workspace can read, too, and what it writes is kept. */
export const PROGRAM_TOO = ["code_executor"] as const;
