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
import { EngineWorker } from "../engine-worker.ts";
import type { LoadReport, WebllmEngine } from "./engine.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: true,
  logits: true,
  prefill: true,
  ban: true,
  grammar: true,
  topK: true,
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
  const worker = new EngineWorker<WebllmEngine>(
    new Worker(new URL("../../../workers/webllm.worker.ts", import.meta.url), { type: "module" }),
  );
  return worker.loading(signal, async () => {
    const tell = Comlink.proxy<NonNullable<typeof onProgress>>((progress) => onProgress?.(progress));
    const order = { spec, device, dtype, page: document.baseURI };
    const report = await worker.call((engine) => engine.load(order, tell));
    onProgress?.({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WebllmModel(spec, report, worker);
  });
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
    private readonly worker: EngineWorker<WebllmEngine>,
  ) {
    ({ dtype: this.dtype, sha256: this.sha256, fallback: this.fallback, warnings: this.warnings } = report);
  }

  async generate(requests: GenerateRequest[], { signal, onText }: GenerateOptions = {}): Promise<Generation[]> {
    const tell = onText ? Comlink.proxy(onText) : null;
    return this.worker.job(signal, (engine, job) => engine.generate(job, requests, tell));
  }

  async useAdapter(adapter: Adapter | null): Promise<void> {
    if (!adapter) return;
    throw new UserError(
      `WebLLM cannot load adapters beside a model: merge ${adapter.name} into the weights (docs/webllm_adapters.md), or choose a runtime that takes adapters.`,
    );
  }

  async dispose(): Promise<void> {
    this.worker.close();
  }
}
