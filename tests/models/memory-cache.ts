import type { FileCache } from "../../src/models/files/index.ts";

/** A cache of files that lasts as long as the test, and can be full. */
export class MemoryCache implements FileCache {
  readonly kept = new Map<string, Uint8Array<ArrayBuffer>>();
  full = false;
  get = async (key: string) => this.kept.get(key) ?? null;
  blob = async (key: string) => {
    const found = this.kept.get(key);
    return found ? new Blob([found]) : null;
  };
  put = async (key: string, data: Uint8Array<ArrayBuffer>) => {
    if (this.full) return "The model was not kept.";
    this.kept.set(key, data.slice());
    return null;
  };
  delete = async (key: string) => void this.kept.delete(key);
  keys = async () => [...this.kept.keys()];
}
