import { sha256, UserError, type Run, type Sample } from "../../protocol/index.ts";
import { parseRun, type Store } from "../../store/index.ts";
import { parseDataset } from "../../data/index.ts";
import type { BundleFile } from "../bundle/bundle.ts";

/** What a bundle brought. */
export interface Opened {
  /** The run's id. */
  run: string | null;
  /** The dataset's sha256. */
  dataset: string | null;
  /** Paths of files that this version has no use for. */
  unused: string[];
}

/** Keeps what the files of a bundle hold, but no `published` dataset a second time. UserError: one of them cannot be read, or there is nothing to keep. */
export async function takeBundle(
  store: Store,
  files: readonly BundleFile[],
  name: string,
  published: readonly { sha256: string }[],
): Promise<Opened> {
  const bytesOf = (path: string) => files.find((file) => file.path === path)?.bytes;
  const [runBytes, rowBytes] = [bytesOf("run.json"), bytesOf("dataset.jsonl")];
  if (!runBytes && !rowBytes) {
    throw new UserError(`${name} holds neither a run nor a dataset: there is nothing to open.`);
  }
  // Both are read before either is written.
  const run = runBytes ? parseRun(textOf(runBytes)) : null;
  const samples = rowBytes ? parseDataset(textOf(rowBytes), `dataset.jsonl in ${name}`) : [];
  const own = rowBytes ? await sha256(rowBytes) : null;
  if (run && own !== null) checkFit(run, samples, own);
  const known = [...published, ...(await store.listDatasets())];
  if (own !== null && !known.some((one) => one.sha256 === own)) {
    await store.saveDataset({
      name: run?.dataset.name ?? name,
      version: run?.dataset.version ?? "1",
      sha256: own,
      samples,
      source: `bundle ${name}`,
      card: textOf(bytesOf("dataset.md")),
      // The file that the run was made from had other bytes, e.g. other spaces. A hash stands for its bytes only, so these
      // rows are a copy of it, and the run's page finds them by their parent.
      ...(run && own !== run.dataset.sha256 && { parent: run.dataset.sha256 }),
    });
  }
  if (runBytes) await store.importRun(textOf(runBytes));
  const unused = files.filter(({ kind }) => kind === "adapter").map(({ path }) => path);
  return { run: run?.id ?? null, dataset: own, unused };
}

function textOf(bytes: Uint8Array = new Uint8Array()): string {
  return new TextDecoder().decode(bytes);
}

/** UserError: the rows cannot be those of the run. */
function checkFit({ dataset, results }: Run, samples: readonly Sample[], own: string): void {
  if (dataset.sha256 === own) return;
  const ids = new Set(samples.map(({ id }) => id));
  const missing = results.find(({ sample_id }) => !ids.has(sample_id))?.sample_id;
  if (missing === undefined) return;
  throw new UserError(
    `The dataset in this bundle is not its run's (it has no sample "${missing.slice(0, 80)}"), so nothing was opened: ask for the bundle again.`,
  );
}
