export { parametersOf } from "./parameters.ts";
export { predictMemory, type MemoryPrediction } from "./predict.ts";
export { judgeMemory, type DeviceLimits, type MemoryVerdict } from "./verdict.ts";
