import type { Template } from "../template.ts";
import { FILE_CHAINS } from "./file-chains.ts";
import { FILE_TABLES } from "./file-tables.ts";

/** multi_step with files: two to four calls, of which each but the first uses what the one before found. */
export const FILE_WORK: Template[] = [...FILE_TABLES, ...FILE_CHAINS];
