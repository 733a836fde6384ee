import { UserError, type Run, type Sample } from "../../protocol/index.ts";
import type { Store } from "../../store/index.ts";
import { loadCard, loadDataset, toJsonl } from "../../data/index.ts";
import { packBundle, type BundleFile } from "../bundle/bundle.ts";

/** The dataset to pack: one of this browser, or one that lies beside the page, whose address is `base`. */
export interface Wanted {
  name: string;
  sha256: string;
  base: string;
}

/** The bytes of a bundle of a run. UserError: its dataset is not there, or it is too large for a bundle. */
export async function makeBundle(store: Store, run: Run, wanted: Wanted | null): Promise<Uint8Array<ArrayBuffer>> {
  const files = [
    text("config.json", "config", `${JSON.stringify(run.config, null, 2)}\n`),
    text("run.json", "run", `${JSON.stringify(run)}\n`),
  ];
  if (wanted) {
    const { samples, card } = await rowsOf(store, wanted);
    files.push(text("dataset.jsonl", "dataset", toJsonl(samples)));
    if (card !== "") files.push(text("dataset.md", "dataset", card));
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
