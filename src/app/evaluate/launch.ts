import type { Run } from "../../protocol/index.ts";
import { runHref } from "../routes.ts";
import { router } from "../state/router.svelte.ts";
import { session, type StartOptions } from "../state/session.svelte.ts";
import { toasts } from "../state/toasts.svelte.ts";

/** Starts a run and, at its end, shows the result: at once to who is watching, by a message to who is elsewhere. */
export async function launch(options: StartOptions): Promise<Run | null> {
  if (router.route.page !== "evaluate") router.go("#/");
  scrollTo(0, 0);
  const run = await session.start(options);
  if (!run) return null;
  const href = runHref(run.id);
  if (router.route.page === "evaluate") router.go(href);
  else toasts.show("The run has ended.", { seconds: 12, action: { label: "Show it", run: () => router.go(href) } });
  return run;
}
