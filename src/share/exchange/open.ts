import { ADAPTER_FILES, sha256, UserError, type ModelSpec, type Run, type Sample } from "../../protocol/index.ts";
import { parseRun, type Store, type StoredAdapter } from "../../store/index.ts";
import { parseDataset } from "../../data/index.ts";
import { guessBase, openAdapter } from "../../models/adapters/index.ts";
import type { BundleFile } from "../bundle/bundle.ts";

/** What a bundle brought. */
export interface Opened {
  /** The run's id. */
  run: string | null;
  /** The dataset's sha256. */
  dataset: string | null;
  /** The adapter's sha256. */
  adapter: string | null;
  /** Paths of files that this version has no use for. */
  unused: string[];
}

/** What the app knows: the datasets that come with it, and the models that an adapter can be for. */
export interface Known {
  published: readonly { sha256: string }[];
  models: readonly ModelSpec[];
}

/**
 * Keeps what the files of a bundle hold, but no `published` dataset a second time. UserError: one of them cannot be read, or
 * there is nothing to keep.
 */
export async function takeBundle(
  store: Store,
  files: readonly BundleFile[],
  name: string,
  { published, models }: Known,
): Promise<Opened> {
  const bytesOf = (path: string) => files.find((file) => file.path === path)?.bytes;
  const [runBytes, rowBytes] = [bytesOf("run.json"), bytesOf("dataset.jsonl")];
  // All of it is read before anything is written.
  const run = runBytes ? parseRun(textOf(runBytes)) : null;
  const adapter = await adapterOf(bytesOf, run, name, models);
  if (!run && !rowBytes && !adapter) {
    throw new UserError(`${name} holds neither a run nor a dataset nor an adapter: there is nothing to open.`);
  }
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
  if (adapter) await store.saveAdapter(adapter);
  if (runBytes) await store.importRun(textOf(runBytes));
  const used = adapter ? ADAPTER_FILES.map(placeOf) : [];
  const unused = files.filter(({ kind, path }) => kind === "adapter" && !used.includes(path)).map(({ path }) => path);
  return { run: run?.id ?? null, dataset: own, adapter: adapter?.sha256 ?? null, unused };
}

function placeOf(name: (typeof ADAPTER_FILES)[number]): string {
  return `adapter/${name}`;
}

/**
 * The adapter of a bundle, for the model of its run; without a run, for the one that it names. null: there is none, or nobody
 * knows for which model it is. UserError: it is not the run's.
 */
async function adapterOf(
  bytesOf: (path: string) => BundleFile["bytes"] | undefined,
  run: Run | null,
  bundle: string,
  models: readonly ModelSpec[],
): Promise<StoredAdapter | null> {
  const [configFile, weights] = ADAPTER_FILES.map((name) => bytesOf(placeOf(name)));
  if (!configFile || !weights) return null;
  const name = run?.adapter?.name?.slice(0, 120) || bundle.replace(/\.agentcoder$/, "").slice(0, 120);
  const files = { "adapter_config.json": configFile, "adapter_model.safetensors": weights };
  const adapter = await openAdapter(files, name, run?.model.id ?? "");
  const wanted = run?.config.adapter?.sha256;
  if (run && adapter.sha256 !== wanted) {
    throw new UserError(
      wanted === undefined
        ? "This bundle has an adapter, but its run is one of the base, so nothing was opened: ask for the bundle again."
        : `The adapter in this bundle is not its run's (${adapter.sha256.slice(0, 12)}… instead of ${wanted.slice(0, 12)}…), so nothing was opened: ask for the bundle again.`,
    );
  }
  const baseModel = run?.model.id ?? guessBase(adapter.config, models);
  return baseModel === null ? null : { ...adapter, baseModel, configFile };
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
