export {
  SampleGenerator,
  SET_NAMES,
  type GeneratorOptions,
  type SampleOrder,
  type SetName,
} from "./generator/index.ts";
export { loadCard, loadDataset, type Dataset } from "./load.ts";
export { toolsIn } from "./tools-in.ts";
export { parseDataset, toJsonl } from "./parse.ts";
