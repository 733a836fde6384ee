import type { RunSummary } from "../../store/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { store } from "../state/library.ts";
import { toasts } from "../state/toasts.svelte.ts";

const LARGEST_FILE = 256 * 2 ** 20;

/** The runs of this browser, the newest first. */
export class History {
  runs = $state.raw<RunSummary[] | null>(null);
  failure = $state.raw<Failure | null>(null);

  async refresh(): Promise<void> {
    try {
      const runs = await (await store()).listRuns();
      this.runs = [...runs].sort((a, b) => (a.created < b.created ? 1 : -1));
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Takes a run from a file. Resolves with its id, or null after having said what is wrong with it. */
  async importFile(file: File): Promise<string | null> {
    this.failure = null;
    if (file.size > LARGEST_FILE) {
      this.failure = { lines: [`${file.name} is larger than 256 MiB: this is not a run of AgentCoder.`], detail: null };
      return null;
    }
    try {
      const run = await (await store()).importRun(await file.text());
      toasts.show("The run was imported.");
      await this.refresh();
      return run.id;
    } catch (error) {
      this.failure = failureOf(error);
      return null;
    }
  }
}
