export { SampleGenerator, SET_NAMES, type GeneratorOptions, type SampleOrder, type SetName } from "./generator/index.ts";
export { loadDataset, type Dataset } from "./load.ts";
export { parseDataset, toJsonl } from "./parse.ts";
