import * as Comlink from "comlink";
import {
  type Adapter,
  type Capabilities,
  type GenerateOptions,
  type GenerateRequest,
  type Generation,
  type InspectOptions,
  type Inspection,
  type LoadedModel,
  type LoadOptions,
  type ModelSpec,
} from "../../protocol/index.ts";
import { ActiveAdapter } from "../adapters/active.ts";
import { EngineWorker } from "../engine-worker.ts";
import type { LoadOrder, LoadReport, ModelEngine } from "./engine.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: true,
  logits: true,
  prefill: true,
  ban: true,
  grammar: true,
  topK: true,
  adapters: true,
  batch: true,
  seed: true,
};

/** Loads a model in a worker of its own. Aborting ends the worker and rejects with the signal's reason. */
export async function loadTransformers(spec: ModelSpec, options: LoadOptions): Promise<LoadedModel> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const worker = new AdapterWorker(
    new Worker(new URL("../../../workers/model.worker.ts", import.meta.url), { type: "module" }),
  );
  const order: LoadOrder = {
    spec,
    device: options.device,
    dtype: options.dtype,
    modelUrl: new URL(spec.baseUrl, document.baseURI).href,
    runtimeUrl: new URL("runtime/ort/", document.baseURI).href,
    room: options.adapters ?? false,
  };
  return worker.loading(signal, async () => {
    const tell = Comlink.proxy<NonNullable<typeof onProgress>>((progress) => onProgress?.(progress));
    const report = await worker.call((engine) => engine.load(order, tell));
    onProgress?.({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WorkerModel(spec, report, worker, true);
  });
}

/** A model's worker, which holds each adapter for as long as somebody uses it. */
class AdapterWorker extends EngineWorker<ModelEngine> {
  /** How many hold each adapter. */
  private readonly holders = new Map<string, number>();

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
  private readonly active: ActiveAdapter;

  constructor(
    readonly spec: ModelSpec,
    private readonly report: LoadReport,
    private readonly worker: AdapterWorker,
    private readonly owner: boolean,
  ) {
    this.active = new ActiveAdapter(worker);
    ({ device: this.device, dtype: this.dtype, sha256: this.sha256 } = report);
    this.revision = report.revision;
    ({ fallback: this.fallback, warnings: this.warnings, width: this.width } = report);
  }

  async generate(requests: GenerateRequest[], { signal, onText }: GenerateOptions = {}): Promise<Generation[]> {
    const tell = onText ? Comlink.proxy(onText) : null;
    const asked = requests.map((request) => ({ adapter: this.active.use, ...request }));
    return this.worker.job(signal, (engine, job) => engine.generate(job, asked, tell));
  }

  async inspect(texts: string[], { wanted, signal }: InspectOptions = {}): Promise<Inspection[]> {
    return this.worker.job(signal, (engine, job) => engine.inspect(job, texts, wanted ?? null));
  }

  useAdapter(adapter: Adapter | null, scale?: number): Promise<void> {
    return this.active.change(adapter, scale);
  }

  async withAdapter(adapter: Adapter, scale = 1): Promise<LoadedModel> {
    const other = new WorkerModel(this.spec, this.report, this.worker, false);
    await other.useAdapter(adapter, scale);
    return other;
  }

  async dispose(): Promise<void> {
    if (this.owner) this.worker.close();
    else await this.useAdapter(null);
  }
}
