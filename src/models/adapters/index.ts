export { ADAPTER_FILES, openAdapter, type AdapterFiles } from "./files.ts";
export { readLora, type Lora, type LoraMatrix } from "./lora.ts";
export { decoderShape, MODULES, type DecoderShape, type Module } from "./shape.ts";
