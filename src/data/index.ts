export { loadDataset, type Dataset } from "./load.ts";
export { parseDataset, toJsonl } from "./parse.ts";
