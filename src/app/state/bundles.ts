import type { Run } from "../../protocol/index.ts";
import { listModels } from "../../models/index.ts";
import { broughtBy } from "../adapter-texts.ts";
import { dataHref, runHref } from "../routes.ts";
import { adapters } from "./adapters.svelte.ts";
import { inExchange } from "./exchange.ts";
import { download } from "./files.ts";
import { MANIFESTS } from "./published.ts";
import { router } from "./router.svelte.ts";
import { toasts } from "./toasts.svelte.ts";

/** Whether a file is a bundle, whatever it is called: each is a zip. */
export async function isBundle(file: File): Promise<boolean> {
  return file.name.endsWith(".agentcoder") || (await file.slice(0, 2).text()) === "PK";
}

/**
 * Hands the person a run with its dataset as one file. `run` is its id, or the run itself where it could not be stored;
 * null: the dataset is not in this browser. UserError: what to pack is gone, or too large.
 */
export async function saveBundle(run: string | Run, dataset: { name: string; sha256: string } | null): Promise<void> {
  const wanted = dataset && { name: dataset.name, sha256: dataset.sha256, base: document.baseURI };
  const { file, lacks } = await inExchange((exchange) => exchange.bundle(run, wanted));
  download(`${typeof run === "string" ? run : run.id}.agentcoder`, "application/zip", file);
  if (lacks.length === 0) return;
  toasts.show(`The bundle has no ${lacks.join(" and no ")}, as that is not in this browser.`, { seconds: 10 });
}

/** Takes a bundle and shows what it brought. UserError in one sentence: what is wrong with the file. */
export async function openBundle(file: File): Promise<void> {
  const known = { published: MANIFESTS, models: listModels() };
  const opened = await inExchange((exchange) => exchange.open(file, known));
  const { run, dataset, adapter, unused } = opened;
  const left =
    unused.length > 0 ? " The adapter in the bundle was left out, as it does not say for which model it is." : "";
  toasts.show(`${broughtBy(opened)}${left}`, { seconds: 8 });
  if (adapter !== null) await adapters.load();
  router.go(run !== null ? runHref(run) : dataset !== null ? dataHref(dataset) : "#/models");
}
