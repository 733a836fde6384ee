import type { RunSummary } from "../../store/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { isBundle, openBundle } from "../state/bundles.ts";
import { store } from "../state/library.ts";
import { toasts } from "../state/toasts.svelte.ts";

const LARGEST_FILE = 256 * 2 ** 20;

/** The runs of this browser, the newest first. */
export class History {
  runs = $state.raw<RunSummary[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The name of the file that is being read; null: none is. */
  reading = $state<string | null>(null);

  async refresh(): Promise<void> {
    try {
      const runs = await (await store()).listRuns();
      this.runs = [...runs].sort((a, b) => (a.created < b.created ? 1 : -1));
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Takes a run from a file, or what is in a bundle, which then is shown; what is wrong with it is told. One at a time. */
  async importFiles(files: FileList | null | undefined): Promise<void> {
    const [file, second] = files ?? [];
    if (!file || this.reading !== null) return;
    this.failure = null;
    if (second) {
      this.failure = {
        lines: ["These are several files: choose one run.json or .agentcoder at a time."],
        detail: null,
      };
      return;
    }
    this.reading = file.name;
    try {
      if (await isBundle(file)) await openBundle(file);
      else await this.importRun(file);
    } catch (error) {
      this.failure = failureOf(error);
    } finally {
      this.reading = null;
    }
  }

  private async importRun(file: File): Promise<void> {
    if (file.size > LARGEST_FILE) {
      this.failure = { lines: [`${file.name} is larger than 256 MiB: this is not a run of AgentCoder.`], detail: null };
      return;
    }
    await (await store()).importRun(await file.text());
    toasts.show("The run was imported.");
    await this.refresh();
  }
}
