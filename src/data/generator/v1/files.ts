import type { Template } from "../template.ts";
import { FILE_CHANGES } from "./file-changes.ts";
import { FILE_READING } from "./file-reading.ts";
import { FILE_RECORDS } from "./file-records.ts";

/** execution_required, by one call of file_ops. */
export const FILE_TEMPLATES: Template[] = [...FILE_READING, ...FILE_RECORDS, ...FILE_CHANGES];
