import * as Comlink from "comlink";
import {
  UserError,
  type Adapter,
  type Capabilities,
  type GenerateOptions,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type LoadOptions,
  type ModelSpec,
} from "../../protocol/index.ts";
import { revive } from "../transformers/errors.ts";
import type { LoadReport, WebllmEngine } from "./engine.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: true,
  logits: true,
  prefill: true,
  ban: true,
  grammar: false,
  adapters: false,
  batch: false,
  seed: true,
};

/**
 * Loads a model with WebLLM in a worker of its own, on WebGPU. Aborting ends the worker and rejects with the signal's
 * reason. UserError in one sentence: no WebGPU, a dtype that is not on offer, files that cannot be had, too small a GPU.
 */
export async function loadWebllm(spec: ModelSpec, options: LoadOptions): Promise<LoadedModel> {
  const { signal, onProgress, device, dtype } = options;
  signal?.throwIfAborted();
  const connection = new Connection();
  const stop = () => connection.close(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const tell = Comlink.proxy<NonNullable<typeof onProgress>>((progress) => onProgress?.(progress));
    const order = { spec, device, dtype, page: document.baseURI };
    const report = await connection.call((engine) => engine.load(order, tell));
    onProgress?.({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WebllmModel(spec, report, connection);
  } catch (error) {
    connection.close(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** A worker and its engine. A call to a worker that has ended never settles, so every call races the worker's end. */
class Connection {
  private readonly worker = new Worker(new URL("../../../workers/webllm.worker.ts", import.meta.url), {
    type: "module",
  });
  private readonly engine = Comlink.wrap<WebllmEngine>(this.worker);
  private readonly ended: Promise<never>;
  private end!: (reason: unknown) => void;
  private jobs = 0;

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

  async call<T>(work: (engine: Comlink.Remote<WebllmEngine>) => Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(this.engine), this.ended]);
    } catch (error) {
      throw revive(error);
    }
  }

  nextJob(): number {
    return ++this.jobs;
  }

  close(reason: unknown = new UserError("The model was disposed: load it again.")): void {
    this.end(reason);
    this.worker.terminate();
  }
}

class WebllmModel implements LoadedModel {
  readonly capabilities = CAPABILITIES;
  readonly device = "webgpu";
  readonly dtype;
  readonly sha256;
  readonly fallback;
  readonly warnings;

  constructor(
    readonly spec: ModelSpec,
    report: LoadReport,
    private readonly connection: Connection,
  ) {
    ({ dtype: this.dtype, sha256: this.sha256, fallback: this.fallback, warnings: this.warnings } = report);
  }

  async generate(requests: GenerateRequest[], options: GenerateOptions = {}): Promise<Generation[]> {
    const job = this.connection.nextJob();
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

  async useAdapter(adapter: Adapter | null): Promise<void> {
    if (!adapter) return;
    throw new UserError(
      `WebLLM cannot load adapters beside a model: merge ${adapter.name} into the weights (docs/webllm_adapters.md), or choose a runtime that takes adapters.`,
    );
  }

  async dispose(): Promise<void> {
    this.connection.close();
  }
}
