export { SyntheticDataGenerator, type SampleOrder, type GeneratorOptions } from "./generator/index.ts";
export { loadDataset, type Dataset } from "./load.ts";
export { parseDataset, toJsonl } from "./parse.ts";
