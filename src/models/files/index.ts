export { hashFiles } from "../../protocol/index.ts";
export { openFileCache, type FileCache } from "./cache.ts";
export { fetchFiles, fetchManifest, type FileSource } from "./fetch.ts";
export { selectGguf } from "./gguf.ts";
export { selectFiles, type Manifest, type ModelFiles } from "./manifest.ts";
