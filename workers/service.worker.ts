/// <reference lib="webworker" />
import { isolated, keepAll, stored, sweep, type Kept } from "../src/app/offline/keeper.ts";

// Generated at build time: every file that the app needs offline, with its revision.
declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Kept[] };
const files = self.__WB_MANIFEST;

self.addEventListener("install", (event) => {
  // The pages and their code now; models, Python and data when a page asks, so that a first visit is not held up.
  event.waitUntil(keepAll(files, "shell").then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(sweep(files).then(() => self.clients.claim()));
});

self.addEventListener("message", (event: ExtendableMessageEvent) => {
  if (event.data !== "keep-all") return;
  event.waitUntil(
    keepAll(files, "all").then(
      () => event.source?.postMessage("kept"),
      () => {},
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  // Only what is ours and can be kept: jobs and their events go straight to the server.
  const path = url.pathname.slice(scope.pathname.length);
  if (request.method !== "GET" || url.origin !== scope.origin || path.startsWith("api/")) return;
  event.respondWith(answer(request, path));
});

/** Code with a hash in its name comes from the cache; anything else from the network, and from the cache without one. */
async function answer(request: Request, path: string): Promise<Response> {
  const named = path.startsWith("assets/");
  const kept = named ? await stored(path) : null;
  if (kept) return isolated(kept);
  try {
    return isolated(await fetch(request));
  } catch (error) {
    const fallback = await stored(path === "" ? "index.html" : path);
    if (fallback) return isolated(fallback);
    throw error;
  }
}
