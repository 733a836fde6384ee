import * as Comlink from "comlink";
import {
  UserError,
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
  adapters: false,
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
    };
    const { onProgress } = options;
    const report = await connection.call((engine) =>
      engine.load(
        order,
        Comlink.proxy((progress) => onProgress?.(progress)),
      ),
    );
    onProgress?.({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WorkerModel(spec, report, connection);
  } catch (error) {
    connection.close(error);
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}

/** A worker and its engine. A call to a worker that has ended never settles, so every call races the worker's end. */
class Connection {
  private readonly worker = new Worker(new URL("../../../workers/model.worker.ts", import.meta.url), { type: "module" });
  private readonly engine = Comlink.wrap<ModelEngine>(this.worker);
  private readonly ended: Promise<never>;
  private end!: (reason: unknown) => void;

  constructor() {
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => {});
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.close(new UserError(`The model's worker stopped (${event.message || "out of memory?"}): load the model again.`));
    };
  }

  async call<T>(work: (engine: Comlink.Remote<ModelEngine>) => Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(this.engine), this.ended]);
    } catch (error) {
      throw revive(error);
    }
  }

  close(reason: unknown = new UserError("The model was disposed: load it again.")): void {
    this.end(reason);
    this.worker.terminate();
  }
}

class WorkerModel implements LoadedModel {
  readonly capabilities = CAPABILITIES;
  readonly device;
  readonly dtype;
  readonly sha256;
  readonly fallback;
  readonly warnings;
  readonly width;
  private jobs = 0;

  constructor(
    readonly spec: ModelSpec,
    report: LoadReport,
    private readonly connection: Connection,
  ) {
    ({ device: this.device, dtype: this.dtype, sha256: this.sha256 } = report);
    ({ fallback: this.fallback, warnings: this.warnings, width: this.width } = report);
  }

  async generate(requests: GenerateRequest[], options: GenerateOptions = {}): Promise<Generation[]> {
    const job = ++this.jobs;
    const cancel = () => void this.connection.call((engine) => engine.cancel(job)).catch(() => {});
    const { signal, onText } = options;
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const tell = onText ? Comlink.proxy(onText) : null;
      return await this.connection.call((engine) => engine.generate(job, requests, tell));
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async useAdapter(adapter: unknown): Promise<void> {
    if (adapter !== null) throw new UserError("This runtime cannot load adapters.");
  }

  async dispose(): Promise<void> {
    this.connection.close();
  }
}
