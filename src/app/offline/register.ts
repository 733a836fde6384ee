/** Where the page's reload for isolation is noted, so that a host that cannot be isolated is not reloaded for ever. */
const RELOADED = "agentcoder-isolation-reload";

/**
 * Registers the service worker of a built page: it keeps the app for offline use and adds the isolation headers where
 * the host sends none. Those take effect at the next load, so the first visit is reloaded once, unless somebody has
 * already begun to use it. Without service workers the page works as it is: not isolated, on one thread.
 */
export async function registerOffline(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    navigator.serviceWorker.addEventListener("controllerchange", reloadOnce);
    await navigator.serviceWorker.register("./service.worker.js", { scope: "./" });
    const { active } = await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) reloadOnce();
    active?.postMessage("keep-all");
  } catch (error) {
    // A private window or a plain-HTTP host: nothing is kept, everything else works.
    console.info("AgentCoder is not kept for offline use:", error);
  }
}

function reloadOnce(): void {
  if (crossOriginIsolated || sessionStorage.getItem(RELOADED) || navigator.userActivation?.hasBeenActive) return;
  sessionStorage.setItem(RELOADED, "1");
  location.reload();
}

void registerOffline();
