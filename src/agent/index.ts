export { generateWithTools, type AgentOptions, type AgentResult } from "./loop.ts";
export { parseTurn, type ParsedCall, type ParsedTurn } from "./parse.ts";
export { renderResult, type Outcome, type Toolbox } from "./toolbox.ts";
