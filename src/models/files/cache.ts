import { messageOf, type ModelSpec } from "../../protocol/index.ts";

/** Where fetched model files are kept: the browser's Cache Storage, or nothing where there is none. */
export interface FileCache {
  get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The same bytes without reading them: the browser leaves them on the disk. */
  blob(key: string): Promise<Blob | null>;
  /** Returns a sentence when it could not be kept, null when it was. */
  put(key: string, data: Uint8Array<ArrayBuffer>): Promise<string | null>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

const NAME = "agentcoder-models";

/** What the keys of hubs' and people's own models stand below: their addresses are not the page's. */
const ELSEWHERE = "https://models.invalid/";

/** Where a model's files are kept; null: nowhere, as a bundled model lies beside the page, which keeps it itself. */
export async function openModelCache({ origin }: ModelSpec, baseUrl: string): Promise<FileCache | null> {
  if (origin === "bundled" || origin === "none") return null;
  return openFileCache(origin === "server" ? baseUrl : ELSEWHERE);
}

/** A cache whose keys are resolved against `baseUrl`; private windows and plain HTTP have none, then null is returned. */
async function openFileCache(baseUrl: string): Promise<FileCache | null> {
  if (typeof caches === "undefined") return null;
  let cache: Cache;
  try {
    cache = await caches.open(NAME);
  } catch {
    return null;
  }
  const base = new URL("model-cache/", baseUrl).href;
  const url = (key: string) => new URL(key, base).href;
  const blob = async (key: string) => (await (await cache.match(url(key)))?.blob()) ?? null;
  return {
    blob,
    get: async (key) => {
      const found = await blob(key);
      return found && new Uint8Array(await found.arrayBuffer());
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
    keys: async () => {
      const all = await cache.keys();
      return all.flatMap((request) => (request.url.startsWith(base) ? [request.url.slice(base.length)] : []));
    },
  };
}
