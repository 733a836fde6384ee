import { UserError, type ModelSpec, type Run } from "../../protocol/index.ts";
import { openStore, type ImportOptions, type ImportReport, type Store } from "../../store/index.ts";
import { readBundle } from "../bundle/bundle.ts";
import { LARGEST } from "../bundle/manifest.ts";
import {
  findAdapter,
  keepAdapter,
  zipAdapter,
  type FoundAdapter,
  type GivenFile,
  type KeptAdapter,
} from "./adapter.ts";
import { makeBundle, type Wanted } from "./make.ts";
import { takeBundle, type Known, type Opened } from "./open.ts";

/** A bundle, and what of the run it has not, as that is not in this browser. */
interface Packed {
  file: Blob;
  lacks: ("dataset" | "adapter")[];
}

/** What leaves this browser as a file and what comes into it. A worker's work: all of it is compressed, parsed and checked. */
export class Exchange {
  constructor(private readonly store: Store = openStore()) {}

  /** Everything but the trash as one file. UserError: it changed meanwhile. */
  saveAll(): Promise<Blob> {
    return this.store.exportAll();
  }

  /** Takes a file of `saveAll`; `onProgress` hears how much of it was read, from 0 to 1. UserError: nothing was changed. */
  loadAll(file: Blob, mode: ImportOptions["mode"], onProgress: (share: number) => void): Promise<ImportReport> {
    return this.store.importAll(file, { mode, onProgress: ({ read, total }) => onProgress(read / total) });
  }

  /**
   * A run with its configuration, dataset and adapter as a `.agentcoder` file. `run` is its id, or the run itself where it
   * could not be stored; null for a dataset that nobody has. UserError: the run or the dataset is not there, or all is too
   * large.
   */
  async bundle(run: string | Run, dataset: Wanted | null): Promise<Packed> {
    const found = typeof run === "string" ? await this.store.getRun(run) : run;
    if (!found) throw new UserError("This run is no longer in this browser: it may have been deleted.");
    const adapter = found.config.adapter && (await this.store.getAdapter(found.config.adapter.sha256));
    const packed = await makeBundle(this.store, found, dataset, adapter ?? null);
    return {
      file: new Blob([packed], { type: "application/zip" }),
      lacks: [
        ...(dataset ? [] : ["dataset" as const]),
        ...(found.config.adapter && !adapter ? ["adapter" as const] : []),
      ],
    };
  }

  /**
   * Takes a `.agentcoder` file of unknown origin: its dataset, its adapter and its run are kept here. UserError in one
   * sentence: what is wrong with it; nothing was kept then.
   */
  async open(file: File, known: Known): Promise<Opened> {
    // Before it is read: what is far larger than memory is no bundle.
    if (file.size > LARGEST)
      throw new UserError(`${file.name} is larger than 512 MiB: this is no bundle of AgentCoder.`);
    const { files } = await readBundle(new Uint8Array(await file.arrayBuffer()));
    return takeBundle(this.store, files, file.name, known);
  }

  /** Finds an adapter among the files that a person gave; nothing is kept yet. UserError in one sentence: what is wrong. */
  findAdapter(given: readonly GivenFile[], models: readonly ModelSpec[]): Promise<Omit<FoundAdapter, "files">> {
    return findAdapter(given, models).then(({ files: _files, ...found }) => found);
  }

  /** Keeps the adapter among given files; `base` is the page's address. UserError: it does not fit, or is of another kind. */
  async keepAdapter(given: readonly GivenFile[], name: string, model: ModelSpec, base: string): Promise<KeptAdapter> {
    const { files } = await findAdapter(given, [model]);
    return keepAdapter(this.store, { files, name, model, base });
  }

  /** An adapter as a zip of its two files. UserError: it is not here. */
  async zipAdapter(sha256: string): Promise<Blob> {
    const adapter = await this.store.getAdapter(sha256);
    if (!adapter) throw new UserError("This adapter is no longer in this browser: it may have been deleted.");
    const { configFile, weights } = adapter;
    const zip = await zipAdapter({ "adapter_config.json": configFile, "adapter_model.safetensors": weights });
    return new Blob([zip], { type: "application/zip" });
  }
}
