export type { FoundAdapter, GivenFile, KeptAdapter } from "./adapter.ts";
export { Exchange } from "./exchange.ts";
export type { Opened } from "./open.ts";
