export { modelFromFiles, type FoundModel } from "./from-files.ts";
export { modelFromHub } from "./from-hub.ts";
