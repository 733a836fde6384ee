import { UserError, type Device, type Dtype, type LoadedModel, type LoadOptions } from "../protocol/index.ts";
import { getModel, loadModel } from "../models/index.ts";
import { generateWithTools, type AgentOptions, type AgentResult } from "./loop.ts";
import type { Toolbox } from "./toolbox.ts";

/** Weights by their size in bits: `8bit` and `4bit` are the field's words for them. */
export type Quantization = "4bit" | "8bit" | Dtype;

export interface AgentCoderOptions {
  /** Id of a catalog model. */
  baseModel: string;
  /** What the model may call, e.g. `createDefaultTools(sandbox)`. */
  tools: Toolbox;
  /** The model's default where it is left out. */
  quantization?: Quantization;
  device?: Device | "auto";
  /** How models are loaded; the page's own loader by default. */
  load?: typeof loadModel;
}

/** Totals over the prompts so far. Means are null before the first prompt. */
export interface ModelMetrics {
  model: string;
  device: string;
  dtype: string;
  sha256: string;
  /** Milliseconds. */
  loadMs: number;
  prompts: number;
  /** Share of prompts in which a tool was called. */
  callRate: number | null;
  promptTokens: number;
  completionTokens: number;
  /** Mean milliseconds to the first token of a prompt. */
  firstTokenMs: number | null;
  /** Completion tokens per second of model time, prefill included. */
  tokensPerSecond: number | null;
}

/** A model together with its tools: load it, prompt it, print its metrics. */
export class AgentCoderModel {
  private loaded: LoadedModel | null = null;
  private loadMs = 0;
  private readonly done: AgentResult[] = [];

  constructor(private readonly options: AgentCoderOptions) {}

  /** Loads the weights; once is enough. Rejects with a UserError that says what is missing. */
  async load(options: Pick<LoadOptions, "onProgress" | "signal"> = {}): Promise<this> {
    if (this.loaded) return this;
    const { baseModel, quantization, device = "auto", load = loadModel } = this.options;
    const start = performance.now();
    this.loaded = await load(getModel(baseModel), { device, dtype: toDtype(quantization), ...options });
    this.loadMs = performance.now() - start;
    return this;
  }

  /** Answers a prompt, calling tools where the model decides to. Loads the model first if need be. */
  async generateWithTools(prompt: string, options: Partial<AgentOptions> = {}): Promise<AgentResult> {
    await this.load(options.signal ? { signal: options.signal } : {});
    const result = await generateWithTools({ ...options, model: this.model, tools: this.options.tools, prompt });
    this.done.push(result);
    return result;
  }

  metrics(): ModelMetrics {
    const { spec, device, dtype, sha256 } = this.model;
    const prompts = this.done.length;
    const sum = (of: (result: AgentResult) => number) => this.done.reduce((total, result) => total + of(result), 0);
    const completionTokens = sum((result) => result.usage.completionTokens);
    const seconds = sum((result) => result.timing.totalMs) / 1000;
    return {
      model: spec.id,
      device,
      dtype,
      sha256,
      loadMs: this.loadMs,
      prompts,
      callRate: prompts > 0 ? sum((result) => (result.toolUsed === "none" ? 0 : 1)) / prompts : null,
      promptTokens: sum((result) => result.usage.promptTokens),
      completionTokens,
      firstTokenMs: prompts > 0 ? sum((result) => result.timing.firstTokenMs) / prompts : null,
      tokensPerSecond: seconds > 0 ? completionTokens / seconds : null,
    };
  }

  /** Frees the model; the metrics stay. */
  async dispose(): Promise<void> {
    await this.loaded?.dispose();
  }

  private get model(): LoadedModel {
    if (this.loaded) return this.loaded;
    throw new UserError("The model is not loaded yet: await load() first.");
  }
}

function toDtype(quantization: Quantization | undefined): Dtype | "auto" {
  if (quantization === "8bit") return "q8";
  if (quantization === "4bit") return "q4";
  return quantization ?? "auto";
}
