/** One file of the build: its path relative to the pages, and its revision (null where the name holds a hash). */
export interface Kept {
  url: string;
  revision: string | null;
}

const CACHE = "agentcoder-files";
const REVISION = "x-agentcoder-revision";
const SHELL = /^(index\.html$|assets\/|icons\/|[^/]+\.webmanifest$)/;

/** A kept file by its path, or null. */
export async function stored(path: string): Promise<Response | null> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreSearch: true, ignoreVary: true })) ?? null;
}

/** Fetches and keeps what is not kept in its present revision; one at a time, so that the page's own requests go first. */
export async function keepAll(files: readonly Kept[], which: "shell" | "all"): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const { url, revision } of files) {
    if (which === "shell" && !SHELL.test(url)) continue;
    const kept = await cache.match(url);
    if (kept && kept.headers.get(REVISION) === (revision ?? "")) continue;
    const response = await fetch(url, { cache: "no-cache" });
    if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
    const headers = new Headers(response.headers);
    headers.set(REVISION, revision ?? "");
    // The body is stored decoded: what described the encoded one no longer holds.
    headers.delete("content-encoding");
    headers.delete("content-length");
    await cache.put(url, new Response(response.body, { headers }));
  }
}

/** Removes what the present build no longer has. */
export async function sweep(files: readonly Kept[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = new Set(files.map(({ url }) => new URL(url, location.href).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** The response with the isolation headers, where the host sent none (threads need a cross-origin isolated page). */
export function isolated(response: Response): Response {
  if (response.type === "opaque" || response.type === "error" || response.redirected) return response;
  if (response.headers.has("Cross-Origin-Embedder-Policy")) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const empty = response.status === 204 || response.status === 304;
  return new Response(empty ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}
