export { decoderShape, MODULES, openAdapter } from "./adapters/index.ts";
export { getModel, listBuilds, listModels, registerModels } from "./catalog/index.ts";
export { isScripted, SCRIPTED_IDS, type ScriptedId } from "./catalog/scripted.ts";
export { CALL_CLOSE, CALL_OPEN, callOpening, renderCall, renderPrompt, systemPrompt } from "./formats/index.ts";
export { loadScripted } from "./scripted/scripted.ts";
export { loadModel } from "./load.ts";
export { DeviceLostError } from "./transformers/errors.ts";
