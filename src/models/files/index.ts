export { hashFiles } from "../../protocol/index.ts";
export { fetchBlobs } from "./blobs.ts";
export { openModelCache, type FileCache } from "./cache.ts";
export type { Downloader, LocalFile, Look } from "./downloader.ts";
export { fetchFiles, fetchManifest } from "./fetch.ts";
export { selectGguf } from "./gguf.ts";
export { askHub, listedFiles, type HubListing } from "./hub.ts";
export { GRAPHS, selectFiles, type Manifest, type ModelFiles } from "./manifest.ts";
export type { FileSource } from "./source.ts";
