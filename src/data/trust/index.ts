export type { Balance } from "./balance.ts";
export type { Level, TrustCheck } from "./check.ts";
export { contamination, sideOf } from "./contamination.ts";
export type { TrustProgress } from "./pace.ts";
export { trustReport, worstOf, type TrustOptions, type TrustReport } from "./report.ts";
