export { openFileCache, type FileCache } from "./cache.ts";
export { fetchFiles, fetchManifest, type FileSource } from "./fetch.ts";
export { hashFiles, selectFiles, type Manifest, type ModelFiles } from "./manifest.ts";
