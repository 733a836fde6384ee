import * as Comlink from "comlink";
import { UserError, type Dtype, type LoadProgress, type ModelSpec } from "../../protocol/index.ts";
import type { Downloader, LocalFile, Look } from "../../models/files/index.ts";
import { failureOf, type Failure } from "../failure.ts";
import { limits } from "../state/limits.svelte.ts";
import { Rate } from "./rate.ts";

/** A download that is under way or paused. */
interface Job {
  dtype: Dtype;
  state: "running" | "paused" | "checking";
  loaded: number;
  total: number;
  /** Bytes a second; null: not known yet. */
  speed: number | null;
}

interface Entry {
  /** undefined: not asked yet; null: nothing is known of its files. */
  look?: Look | null;
  /** While the hub is being asked. */
  asking?: boolean;
  job?: Job | null;
  failure?: Failure | null;
}

const SHOW_EVERY_MS = 200;

/** What of each build's files is here, and what is being fetched; the same on every page, and it goes on while others are open. */
class Downloads {
  private entries = $state.raw<Readonly<Record<string, Entry>>>({});
  /** The workers of the downloads that are under way. */
  private readonly jobs = new Map<string, Worker>();

  of(spec: Pick<ModelSpec, "id" | "runtime">): Entry {
    return this.entries[keyOf(spec)] ?? {};
  }

  /** Looks at what is kept; asks nobody. */
  async refresh(spec: ModelSpec): Promise<void> {
    if (!isManaged(spec) || this.jobs.has(keyOf(spec))) return;
    try {
      // Light enough for the page itself: a worker for each card would not be.
      const { Downloader } = await import("../../models/files/downloader.ts");
      this.change(spec, { look: await new Downloader(document.baseURI).kept(spec) });
    } catch (error) {
      this.change(spec, { failure: failureOf(error) });
    }
  }

  /** Asks what there is to fetch. */
  async look(spec: ModelSpec): Promise<void> {
    this.change(spec, { asking: true, failure: null });
    await this.attempt(spec, async (work) => this.change(spec, { look: await work.look(spec) }));
    this.change(spec, { asking: false });
  }

  /** Fetches what is missing of a dtype. `anew`: what is there is held against its hashes first. */
  async start(spec: ModelSpec, dtype: Dtype, anew = false): Promise<void> {
    if (this.jobs.has(keyOf(spec))) return;
    const known = this.of(spec).look?.dtypes.find((one) => one.dtype === dtype);
    const began: Job = {
      dtype,
      state: anew ? "checking" : "running",
      loaded: known?.kept ?? 0,
      total: known?.total ?? 0,
      speed: null,
    };
    this.change(spec, { job: began, failure: null });
    const rate = new Rate();
    let shown = 0;
    const tell = ({ stage, loadedBytes, totalBytes }: LoadProgress) => {
      const now = performance.now();
      if (stage === "download") rate.add(loadedBytes, now);
      const job = this.of(spec).job;
      // What was on its way when the person paused comes after that.
      if (!job || job.state === "paused") return;
      if (now - shown < SHOW_EVERY_MS && loadedBytes < totalBytes) return;
      shown = now;
      const state = stage === "download" ? "running" : "checking";
      this.change(spec, { job: { ...job, state, loaded: loadedBytes, total: totalBytes, speed: rate.perSecond } });
    };
    await this.attempt(
      spec,
      async (work) => {
        const look = await work.download(spec, dtype, Comlink.proxy(tell), anew);
        this.change(spec, { look, job: null });
      },
      this.jobs,
    );
    const left = this.of(spec).job;
    // What failed can be gone on with, too.
    if (left && left.state !== "paused") this.change(spec, { job: { ...left, state: "paused", speed: null } });
    void limits.ask();
  }

  /** Stops for now: every piece that came is kept, also when the page is closed. */
  pause(spec: ModelSpec): void {
    const { job } = this.of(spec);
    if (!job) return;
    this.change(spec, { job: { ...job, state: "paused", speed: null } });
    this.end(spec);
  }

  /** Stops, and deletes what came. */
  async remove(spec: ModelSpec): Promise<void> {
    this.end(spec);
    this.change(spec, { job: null, failure: null });
    await this.attempt(spec, async (work) => {
      await work.remove(spec);
      this.change(spec, { look: null });
    });
    void limits.ask();
  }

  /** Keeps files that a person gave. Rejects where it cannot. */
  async keep(spec: ModelSpec, dtypes: Dtype[], files: LocalFile[]): Promise<void> {
    await this.work(spec, (work) => work.keep(spec, dtypes, files));
    await this.refresh(spec);
  }

  private end(spec: ModelSpec): void {
    this.jobs.get(keyOf(spec))?.dispatchEvent(new Event("ended"));
  }

  private async attempt(
    spec: ModelSpec,
    act: (work: Comlink.Remote<Downloader>) => Promise<void>,
    among?: Map<string, Worker>,
  ): Promise<void> {
    try {
      await this.work(spec, act, among);
    } catch (error) {
      if (!(error instanceof Ended)) this.change(spec, { failure: failureOf(error) });
    }
  }

  /** Does something in a worker of its own, which is kept `among` others while it is at work. */
  private async work<T>(
    spec: ModelSpec,
    act: (work: Comlink.Remote<Downloader>) => Promise<T>,
    among?: Map<string, Worker>,
  ): Promise<T> {
    const worker = new Worker(new URL("../../../workers/download.worker.ts", import.meta.url), { type: "module" });
    const key = keyOf(spec);
    among?.set(key, worker);
    const stopped = new Promise<never>((_, reject) => {
      worker.addEventListener("ended", () => reject(new Ended()));
      worker.onerror = ({ message }) =>
        reject(new UserError(`The download stopped (${message || "out of memory?"}): begin it again.`));
    });
    try {
      const Remote = Comlink.wrap<typeof Downloader>(worker);
      return await Promise.race([new Remote(document.baseURI).then(act), stopped]);
    } finally {
      worker.terminate();
      among?.delete(key);
    }
  }

  private change(spec: ModelSpec, part: Entry): void {
    const key = keyOf(spec);
    this.entries = { ...this.entries, [key]: { ...this.entries[key], ...part } };
  }
}

/** The person ended it. */
class Ended extends Error {}

export const downloads = new Downloads();

/** Whether this page fetches and keeps a build's files; WebLLM does that itself, and the server's come with preparing. */
export function isManaged({ origin, runtime }: ModelSpec): boolean {
  return (origin === "hub" && runtime !== "webllm") || origin === "file" || origin === "server";
}

function keyOf({ id, runtime }: Pick<ModelSpec, "id" | "runtime">): string {
  return `${id} ${runtime}`;
}
