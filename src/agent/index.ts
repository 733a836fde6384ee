export { generateWithTools, type AgentOptions, type AgentResult } from "./loop.ts";
export { AgentCoderModel, type AgentCoderOptions, type ModelMetrics, type Quantization } from "./model.ts";
export { parseTurn, type ParsedCall, type ParsedTurn } from "./parse.ts";
export { renderResult, type Outcome, type Toolbox } from "./toolbox.ts";
