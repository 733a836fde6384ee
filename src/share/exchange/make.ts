import { UserError, type Run, type Sample } from "../../protocol/index.ts";
import type { Store, StoredAdapter } from "../../store/index.ts";
import { loadCard, loadDataset, toJsonl } from "../../data/index.ts";
import { packBundle, type BundleFile } from "../bundle/bundle.ts";

/** The dataset to pack: one of this browser, or one that lies beside the page, whose address is `base`. */
export interface Wanted {
  name: string;
  sha256: string;
  base: string;
}

/** The bytes of a bundle of a run with its dataset and adapter. UserError: its dataset is not there, or it is too large. */
export async function makeBundle(
  store: Store,
  run: Run,
  wanted: Wanted | null,
  adapter: StoredAdapter | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const files: BundleFile[] = [
    text("config.json", "config", `${JSON.stringify(run.config, null, 2)}\n`),
    text("run.json", "run", `${JSON.stringify(run)}\n`),
  ];
  if (wanted) {
    const { samples, card } = await rowsOf(store, wanted);
    files.push(text("dataset.jsonl", "dataset", toJsonl(samples)));
    if (card !== "") files.push(text("dataset.md", "dataset", card));
  }
  if (adapter) {
    files.push({ path: "adapter/adapter_config.json", kind: "adapter", bytes: adapter.configFile });
    files.push({ path: "adapter/adapter_model.safetensors", kind: "adapter", bytes: adapter.weights });
  }
  return packBundle({ created: new Date().toISOString(), files });
}

async function rowsOf(store: Store, { name, sha256, base }: Wanted): Promise<{ samples: Sample[]; card: string }> {
  const kept = await store.getDataset(sha256);
  if (kept) return kept;
  const published = await loadDataset(name, base);
  if (published.sha256 !== sha256) {
    throw new UserError(`The dataset ${name} of this run is no longer in this browser: put it back from the trash.`);
  }
  return { samples: published.samples, card: await loadCard(name, base) };
}

function text(path: string, kind: BundleFile["kind"], content: string): BundleFile {
  return { path, kind, bytes: new TextEncoder().encode(content) };
}
