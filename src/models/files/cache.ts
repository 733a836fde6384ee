import { messageOf } from "../../protocol/index.ts";

/** Where fetched model files are kept: the browser's Cache Storage, or nothing where there is none. */
export interface FileCache {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Returns a sentence when it could not be kept, null when it was. */
  put(key: string, data: Uint8Array<ArrayBuffer>): Promise<string | null>;
  delete(key: string): Promise<void>;
}

const NAME = "agentcoder-models";

/** A cache whose keys are resolved against `baseUrl`; private windows and plain HTTP have none, then null is returned. */
export async function openFileCache(baseUrl: string): Promise<FileCache | null> {
  if (typeof caches === "undefined") return null;
  let cache: Cache;
  try {
    cache = await caches.open(NAME);
  } catch {
    return null;
  }
  const url = (key: string) => new URL(`model-cache/${key}`, baseUrl).href;
  return {
    get: async (key) => {
      const found = await cache.match(url(key));
      return found ? new Uint8Array(await found.arrayBuffer()) : null;
    },
    put: async (key, data) => {
      try {
        await cache.put(url(key), new Response(data));
        return null;
      } catch (error) {
        const full = error instanceof DOMException && error.name === "QuotaExceededError";
        const reason = full ? "the browser's storage is full" : `the browser refused (${messageOf(error)})`;
        return `The model was not kept for the next time, because ${reason}; it works until the page is closed.`;
      }
    },
    delete: async (key) => {
      await cache.delete(url(key));
    },
  };
}
