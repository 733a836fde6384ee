/** The library: everything that a program of one's own may use. Each floor is also a subpath of its own. */
export * from "./protocol/index.ts";
export * from "./store/index.ts";
export * from "./sandbox/index.ts";
export * from "./models/index.ts";
export * from "./tools/index.ts";
export * from "./data/index.ts";
export * from "./agent/index.ts";
export * from "./evaluation/index.ts";
export * from "./share/index.ts";
