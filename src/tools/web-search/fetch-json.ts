import { messageOf } from "../../protocol/index.ts";
import { SearchError } from "./provider.ts";

/** Bytes that an answer may have. */
const LARGEST_ANSWER = 2 ** 20;

interface FetchOptions {
  signal?: AbortSignal;
  /** Seconds until an answer must be complete; 10 by default. */
  timeout?: number;
}

/** The address of a service. SearchError: it is none that a page can fetch. */
export function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new SearchError(`"${text}" is not the address of a search service: write one that begins with https://.`);
}

/**
 * Fetches JSON from another origin, without cookies. SearchError, which names the host and never the address (it may
 * hold a key): cancelled, too slow, not reached, refused, too long, or not JSON.
 */
export async function fetchJson(url: URL, { signal, timeout = 10 }: FetchOptions): Promise<unknown> {
  const limit = AbortSignal.timeout(timeout * 1000);
  const stop = signal ? AbortSignal.any([signal, limit]) : limit;
  const text = await read(url, stop).catch((error: unknown) => {
    if (error instanceof SearchError) throw error;
    if (signal?.aborted) throw new SearchError(`The search at ${url.host} was cancelled.`);
    if (limit.aborted) throw new SearchError(`${url.host} did not answer within ${timeout} seconds: try again later.`);
    throw new SearchError(
      `${url.host} could not be reached (${messageOf(error)}): check the address, the connection, and whether it admits other origins.`,
    );
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SearchError(`${url.host} answered with something that is not JSON: check the address.`);
  }
}

async function read(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) {
    await response.body?.cancel();
    throw new SearchError(`${url.host} answered with status ${response.status}: check the address or try again later.`);
  }
  let text = "";
  let size = 0;
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > LARGEST_ANSWER) {
      await reader?.cancel();
      throw new SearchError(`${url.host} answered with more than 1 MiB: ask it for fewer results.`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
