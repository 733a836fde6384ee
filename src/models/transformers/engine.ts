import {
  messageOf,
  nextTask,
  UserError,
  type Adapter,
  type Device,
  type Dtype,
  type GenerateRequest,
  type Generation,
  type Inspection,
  type LoadProgress,
  type ModelSpec,
} from "../../protocol/index.ts";
import { readLora } from "../adapters/index.ts";
import { fetchManifest, openModelCache, type FileSource } from "../files/index.ts";
import { threadsFor } from "../threads.ts";
import { chooseDtype, findGpu, planDevices, type Gpu } from "./device.ts";
import { deviceLost, explain } from "./errors.ts";
import { openModel, type OpenModel } from "./open.ts";

/** What the page asks of its worker. Plain data: it crosses by structured clone. */
export interface LoadOrder {
  spec: ModelSpec;
  device: Device | "auto";
  dtype: Dtype | "auto";
  /** Absolute URLs. */
  modelUrl: string;
  runtimeUrl: string;
  /** Whether the graph is opened with room for adapters at once. */
  room: boolean;
}

export interface LoadReport {
  device: Device;
  dtype: Dtype;
  sha256: string;
  /** The hub's commit; missing: of no hub. */
  revision?: string;
  fallback: string | null;
  warnings: string[];
  /** Requests that are decoded together. */
  width: number;
}

/** The model's side of the worker: loads one model and runs requests side by side. */
export class ModelEngine {
  private model: OpenModel | null = null;
  /** Opens the model once more, on the same device, with room for adapters or without. */
  private again: ((room: boolean) => Promise<void>) | null = null;
  /** While it is opened once more: requests wait. */
  private reopening: Promise<void> | null = null;
  private device: Device = "wasm";
  private lost: string | null = null;
  private readonly cancelled = new Set<number>();
  private readonly running = new Set<Promise<unknown>>();

  async load(order: LoadOrder, onProgress: (progress: LoadProgress) => void): Promise<LoadReport> {
    const warnings: string[] = [];
    const gpu = await findGpu(navigator.gpu);
    const plan = planDevices(order.spec, order.device, gpu);
    const source = await openSource(order, onProgress, (sentence) => warnings.push(sentence));
    let { fallback } = plan;
    for (const device of plan.devices) {
      const isLast = device === plan.devices.at(-1);
      try {
        const report = await this.open(order, source, device, gpu, onProgress);
        return { ...report, fallback, warnings: [...new Set(warnings)] };
      } catch (error) {
        // What is wrong with the files or the memory is wrong on every device.
        const known = explain(error, order.spec.title);
        if (known instanceof UserError || device === "wasm") throw known;
        if (isLast) {
          throw new UserError(
            `WebGPU could not run ${order.spec.title} (${messageOf(error)}): choose the device WASM, or another dtype.`,
          );
        }
        fallback = `WebGPU could not run ${order.spec.title} (${messageOf(error)}), so it runs on WASM.`;
      }
    }
    throw new Error("No device was tried.");
  }

  /** Runs requests; those of all calls are begun in the order in which they come and decoded together. */
  async generate(
    job: number,
    requests: GenerateRequest[],
    onText: ((index: number, delta: string) => void) | null,
  ): Promise<Generation[]> {
    while (this.reopening) await this.reopening.catch(() => {});
    const run = this.runAll(job, requests, onText);
    this.running.add(run);
    return run.finally(() => this.running.delete(run));
  }

  /** What it computes at each position of texts; a cancelled job rejects. */
  async inspect(job: number, texts: string[], wanted: number[][][] | null): Promise<Inspection[]> {
    const pause = async () => {
      await nextTask();
      if (this.cancelled.has(job)) throw new UserError("Cancelled.");
    };
    return this.guarded(job, (model) => model.decoder.inspect(texts, wanted, pause));
  }

  /** Ends a job before its next forward pass; what it wrote is kept. */
  cancel(job: number): void {
    this.cancelled.add(job);
  }

  /**
   * Loads an adapter beside those that are there. The first one makes the graph take adapters, which opens it once more;
   * afterwards adapters come and go between two passes. UserError: it does not fit the model.
   */
  async addAdapter(adapter: Adapter): Promise<void> {
    await this.reopening;
    const lora = readLora(adapter, this.opened().shape);
    if (!this.opened().adapters) await (this.reopening ??= this.reopen().finally(() => (this.reopening = null)));
    this.opened().adapters!.add(lora);
  }

  /** Frees an adapter that no request uses any more. */
  dropAdapter(sha256: string): void {
    this.model?.adapters?.drop(sha256);
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(this.running);
    await this.model?.dispose();
    this.model = null;
  }

  private async open(
    order: LoadOrder,
    source: FileSource,
    device: Device,
    gpu: Gpu | null,
    onProgress: (progress: LoadProgress) => void,
  ) {
    const manifest = await fetchManifest(source);
    const dtype = chooseDtype(order.spec, manifest, device, order.dtype, gpu);
    const { spec, runtimeUrl } = order;
    const open = async (room: boolean) => {
      const files = { spec, manifest, device, dtype, runtimeUrl, threads: threadsFor(spec.parameters), room };
      const model = await openModel(files, source, onProgress);
      this.model = model;
      void model.lost.then((reason) => (this.lost = reason));
      return model;
    };
    const { sha256, width } = await open(order.room);
    this.device = device;
    this.again = async (room) => void (await open(room));
    const { revision } = manifest;
    return { device, dtype, sha256, width, ...(revision !== undefined && { revision }) };
  }

  /** Its weights are freed before they are loaded anew: twice may be more than the device has. */
  private async reopen(): Promise<void> {
    await this.dispose();
    try {
      await this.again?.(true);
    } catch (error) {
      await this.again?.(false);
      throw explain(error, "The model with room for adapters");
    }
  }

  private opened(): OpenModel {
    if (this.model) return this.model;
    throw new Error("The model was disposed.");
  }

  private runAll(
    job: number,
    requests: GenerateRequest[],
    onText: ((index: number, delta: string) => void) | null,
  ): Promise<Generation[]> {
    const control = { cancelled: () => this.cancelled.has(job), breathe: nextTask };
    return this.guarded(job, ({ decoder }) =>
      Promise.all(
        requests.map((request, index) => {
          const tell = onText && ((delta: string) => onText(index, delta));
          return decoder.generate(request, { ...control, ...(tell && { onText: tell }) });
        }),
      ),
    );
  }

  /** Does a job's work; what goes wrong becomes one sentence. */
  private async guarded<T>(job: number, work: (model: OpenModel) => Promise<T>): Promise<T> {
    const model = this.opened();
    try {
      // A lost GPU may leave its last pass pending for ever.
      return await Promise.race([work(model), model.lost.then((reason) => Promise.reject<T>(deviceLost(reason)))]);
    } catch (error) {
      // A pass fails a moment before the loss is announced.
      if (this.device === "webgpu") await nextTask();
      throw this.lost === null ? explain(error, "The model") : deviceLost(this.lost);
    } finally {
      this.cancelled.delete(job);
    }
  }
}

async function openSource(
  { spec, modelUrl }: LoadOrder,
  onProgress: (progress: LoadProgress) => void,
  onWarning: (sentence: string) => void,
): Promise<FileSource> {
  const cache = await openModelCache(spec, modelUrl);
  return { spec, baseUrl: modelUrl, fetch: fetch.bind(globalThis), cache, onProgress, onWarning };
}
