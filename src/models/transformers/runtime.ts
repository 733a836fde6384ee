import * as Comlink from "comlink";
import {
  UserError,
  type Adapter,
  type AdapterUse,
  type Capabilities,
  type GenerateOptions,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type LoadOptions,
  type ModelSpec,
} from "../../protocol/index.ts";
import type { LoadOrder, LoadReport, ModelEngine } from "./engine.ts";
import { revive } from "./errors.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: true,
  logits: true,
  prefill: true,
  ban: true,
  grammar: false,
  adapters: true,
  batch: true,
  seed: true,
};

/** Loads a model in a worker of its own. Aborting ends the worker and rejects with the signal's reason. */
export async function loadTransformers(spec: ModelSpec, options: LoadOptions): Promise<LoadedModel> {
  options.signal?.throwIfAborted();
  const connection = new Connection();
  const stop = () => connection.close(options.signal?.reason);
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const order: LoadOrder = {
      spec,
      device: options.device,
      dtype: options.dtype,
      modelUrl: new URL(spec.baseUrl, document.baseURI).href,
      runtimeUrl: new URL("runtime/ort/", document.baseURI).href,
      room: options.adapters ?? false,
    };
    const { onProgress } = options;
    const report = await connection.call((engine) =>
      engine.load(
        order,
        Comlink.proxy((progress) => onProgress?.(progress)),
      ),
    );
    onProgress?.({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WorkerModel(spec, report, connection, true);
  } catch (error) {
    connection.close(error);
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

/** A worker and its engine. A call to a worker that has ended never settles, so every call races the worker's end. */
class Connection {
  private readonly worker = new Worker(new URL("../../../workers/model.worker.ts", import.meta.url), {
    type: "module",
  });
  private readonly engine = Comlink.wrap<ModelEngine>(this.worker);
  private readonly ended: Promise<never>;
  private end!: (reason: unknown) => void;
  private jobs = 0;
  /** How many hold each adapter. */
  private readonly holders = new Map<string, number>();

  constructor() {
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => {});
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.close(
        new UserError(`The model's worker stopped (${event.message || "out of memory?"}): load the model again.`),
      );
    };
  }

  async call<T>(work: (engine: Comlink.Remote<ModelEngine>) => Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(this.engine), this.ended]);
    } catch (error) {
      throw revive(error);
    }
  }

  nextJob(): number {
    return ++this.jobs;
  }

  /** Loads an adapter for one more holder; its weights cross to the worker for the first one alone. */
  async hold(adapter: Adapter): Promise<void> {
    const { sha256 } = adapter;
    if (!this.holders.get(sha256)) await this.call((engine) => engine.addAdapter(adapter));
    this.holders.set(sha256, (this.holders.get(sha256) ?? 0) + 1);
  }

  /** Frees an adapter when its last holder lets it go. */
  async letGo(sha256: string): Promise<void> {
    const left = (this.holders.get(sha256) ?? 1) - 1;
    this.holders.set(sha256, left);
    if (left === 0) await this.call((engine) => engine.dropAdapter(sha256));
  }

  close(reason: unknown = new UserError("The model was disposed: load it again.")): void {
    this.end(reason);
    this.worker.terminate();
  }
}

/** The model in its worker; those made by `withAdapter` share it. */
class WorkerModel implements LoadedModel {
  readonly capabilities = CAPABILITIES;
  readonly device;
  readonly dtype;
  readonly sha256;
  readonly revision;
  readonly fallback;
  readonly warnings;
  readonly width;
  private active: AdapterUse | null = null;

  constructor(
    readonly spec: ModelSpec,
    private readonly report: LoadReport,
    private readonly connection: Connection,
    private readonly owner: boolean,
  ) {
    ({ device: this.device, dtype: this.dtype, sha256: this.sha256 } = report);
    this.revision = report.revision;
    ({ fallback: this.fallback, warnings: this.warnings, width: this.width } = report);
  }

  async generate(requests: GenerateRequest[], options: GenerateOptions = {}): Promise<Generation[]> {
    const job = this.connection.nextJob();
    const cancel = () => void this.connection.call((engine) => engine.cancel(job)).catch(() => {});
    const { signal, onText } = options;
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const tell = onText ? Comlink.proxy(onText) : null;
      const asked = requests.map((request) => ({ adapter: this.active, ...request }));
      return await this.connection.call((engine) => engine.generate(job, asked, tell));
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async useAdapter(adapter: Adapter | null, scale = 1): Promise<void> {
    const before = this.active;
    if (adapter) await this.connection.hold(adapter);
    this.active = adapter && { sha256: adapter.sha256, scale };
    if (before) await this.connection.letGo(before.sha256);
  }

  async withAdapter(adapter: Adapter, scale = 1): Promise<LoadedModel> {
    const other = new WorkerModel(this.spec, this.report, this.connection, false);
    await other.useAdapter(adapter, scale);
    return other;
  }

  async dispose(): Promise<void> {
    if (this.owner) this.connection.close();
    else await this.useAdapter(null);
  }
}
