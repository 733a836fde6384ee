import { UserError, type Run } from "../../protocol/index.ts";
import { openStore, type ImportOptions, type ImportReport, type Store } from "../../store/index.ts";
import { readBundle } from "../bundle/bundle.ts";
import { LARGEST } from "../bundle/manifest.ts";
import { makeBundle, type Wanted } from "./make.ts";
import { takeBundle, type Opened } from "./open.ts";

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
   * A run with its configuration and dataset as a `.agentcoder` file. `run` is its id, or the run itself where it could not
   * be stored; null for a dataset that nobody has. UserError: the run or the dataset is not there, or both are too large.
   */
  async bundle(run: string | Run, dataset: Wanted | null): Promise<Blob> {
    const found = typeof run === "string" ? await this.store.getRun(run) : run;
    if (!found) throw new UserError("This run is no longer in this browser: it may have been deleted.");
    return new Blob([await makeBundle(this.store, found, dataset)], { type: "application/zip" });
  }

  /**
   * Takes a `.agentcoder` file of unknown origin: its dataset and its run are kept here. UserError in one sentence: what is
   * wrong with it; nothing was kept then.
   */
  async open(file: File, published: readonly { sha256: string }[]): Promise<Opened> {
    // Before it is read: what is far larger than memory is no bundle.
    if (file.size > LARGEST)
      throw new UserError(`${file.name} is larger than 512 MiB: this is no bundle of AgentCoder.`);
    const { files } = await readBundle(new Uint8Array(await file.arrayBuffer()));
    return takeBundle(this.store, files, file.name, published);
  }
}
