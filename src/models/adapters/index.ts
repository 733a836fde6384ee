export { guessBase, takesAdapters } from "./base.ts";
export { openAdapter } from "./files.ts";
export { locateAdapter } from "./locate.ts";
export { readLora, type Lora } from "./lora.ts";
export { decoderShape, MODULES, type DecoderShape, type Module } from "./shape.ts";
