import type { Template } from "../template.ts";
import { RECOVERY_FILES } from "./recovery-files.ts";
import { RECOVERY_PROGRAMS } from "./recovery-programs.ts";

/** multi_step: the first call fails as it naturally would, and the next ones find out why and do it right. */
export const RECOVERY: Template[] = [...RECOVERY_FILES, ...RECOVERY_PROGRAMS];
