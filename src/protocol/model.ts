import type { ChatMessage, ToolSchema } from "./messages.ts";
import type { Endpoint } from "./run-config.ts";

export type RuntimeId = "transformers" | "scripted" | "webllm" | "wllama" | "remote";
export type Device = "webgpu" | "wasm";
/** How weights are stored. On WASM every dtype computes in fp32; see docs/models.md. */
export type Dtype = "fp32" | "fp16" | "q8" | "q4" | "q4f16";
export type PromptFormatId = "chatml" | "phi3" | "deepseek-coder" | "starcoder2";
/** Why a generation ended. */
export type StopReason = "end" | "length" | "stop" | "tool_call" | "cancelled" | "timeout" | "context_overflow";

/** One file of a model, relative to its base URL. */
export interface ModelFile {
  path: string;
  bytes: number;
  sha256: string;
  /** Absolute URL, where it does not lie below the model's own. */
  url?: string;
}

/** Where a build's files lie on a model hub. */
export interface HubPlace {
  /** `owner/name`. */
  repository: string;
  /** A branch, a tag or a commit. The commit that it stands for is asked for once and kept with the files. */
  revision: string;
  /** Each dtype's graph (ONNX) or weights (GGUF); what belongs to it beside that is found in the hub's listing. */
  files: Partial<Record<Dtype, string>>;
}

/** A decoder's dimensions, as its config.json names them; its memory is computed from them. */
export interface ModelShape {
  layers: number;
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  intermediate: number;
  vocabulary: number;
  /** Whether the vocabulary's matrix is the embedding's. */
  tied: boolean;
  /** Whether the MLP has a gate: three matrices instead of two. */
  gated: boolean;
}

/** A model of the catalog, or one that a user added. */
export interface ModelSpec {
  id: string;
  title: string;
  /** What it is listed under, e.g. `Qwen2.5-Coder`; missing: on its own. */
  family?: string;
  description: string;
  runtime: RuntimeId;
  promptFormat: PromptFormatId;
  parameters: number;
  context: number;
  license: string;
  source: string;
  /**
   * Where its files lie: `bundled` beside the page, `server` prepared by the companion server, `hub` on a model hub, `file`
   * given by the person and kept in this browser.
   */
  origin: "bundled" | "server" | "hub" | "file" | "none";
  /** Base URL of its files, relative to the page unless absolute. */
  baseUrl: string;
  /** Dtypes on offer for each device, the default first. */
  dtypes: Record<Device, Dtype[]>;
  defaultDevice: Device | "auto";
  /** Where `origin` is `hub`: its repository there. `baseUrl` is then the hub's own address. */
  hub?: HubPlace;
  /** For the runtime webllm: the model in MLC's format for each dtype, by its id in WebLLM's own list or by addresses. */
  mlc?: Partial<Record<Dtype, string | MlcFiles>>;
  /** Missing where it is not known; the memory is then not predicted. */
  shape?: ModelShape;
}

/** Where a model in MLC's format lies that is not in WebLLM's own list. */
export interface MlcFiles {
  /** Address of its directory: mlc-chat-config.json, tensor-cache.json, tokenizer.json and the weights. */
  model: string;
  /** Address of the compiled library (WebAssembly) for its shape and dtype. */
  library: string;
}

/** What a loaded model can do. A missing one disables its arm, plot or button, and is recorded in the run. */
export interface Capabilities {
  tokenIds: boolean;
  logits: boolean;
  prefill: boolean;
  ban: boolean;
  grammar: boolean;
  /** Sampling can be held to the likeliest tokens; missing in older runs. */
  topK?: boolean;
  adapters: boolean;
  batch: boolean;
  seed: boolean;
}

export interface LoadProgress {
  stage: "download" | "verify" | "compile" | "ready";
  file?: string;
  loadedBytes: number;
  totalBytes: number;
}

export interface LoadOptions {
  device: Device | "auto";
  dtype: Dtype | "auto";
  /** Open it for adapters at once; else the first adapter opens its graph once more. */
  adapters?: boolean;
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal;
  /** The server that a model of the runtime `remote` is asked from, and how. */
  remote?: { endpoint: Endpoint; access: RemoteAccess };
}

/** How a person's server may be asked. No part of a run: never stored with one, nor shown. */
export interface RemoteAccess {
  /** Sent as `Authorization: Bearer`. */
  key?: string;
  /** Most requests at a time; 4. */
  parallel?: number;
}

/** The probability of one option at the decision point; `tool` is a tool's name, `none` or `other`. */
export interface TokenProbability {
  option: string;
  probability: number;
}

/** What the model could have done at the start of its turn. */
export interface Decision {
  /** P(the canonical opening of any call), P over each listed tool, and the rest as `none` (an answer). Sums to 1. */
  options: TokenProbability[];
  /** Probability that the canonical call marker is written: the propensity P(call). */
  pCall: number;
  /** Entropy of the first token's distribution, in nats. */
  entropy: number;
  /** The five likeliest first tokens, as text. */
  top: { token: string; probability: number }[];
}

export interface GenerateRequest {
  messages: ChatMessage[];
  tools: ToolSchema[];
  /** Text that the assistant's turn begins with; part of the returned text. */
  prefill?: string;
  /** Texts that must not be completed: the token that would complete one is masked. */
  banned?: string[];
  maxTokens: number;
  temperature: number;
  topP: number;
  /** Sampling draws from this many likeliest tokens at most, before `topP`; missing: from all. */
  topK?: number;
  /** A call, once it is begun, can only be one to a listed tool with arguments of its schema (needs `grammar`). */
  constrainCalls?: boolean;
  seed: number;
  /** Generation ends after one of these texts was written; the text stays in the output. */
  stop: string[];
  /** Keep the distribution at the start of the turn (needs `logits`). */
  wantDecision?: boolean;
  /** The adapter that it is decoded with, one that was loaded; null: the base; missing: the active one. */
  adapter?: AdapterUse | null;
}

/** A loaded adapter and how strongly it works: 1 as it was trained, 0 not at all. */
export interface AdapterUse {
  sha256: string;
  scale: number;
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** Milliseconds. `firstTokenMs` includes the prompt's prefill. */
export interface Timing {
  totalMs: number;
  firstTokenMs: number;
}

export interface Generation {
  text: string;
  tokenIds?: number[];
  decision?: Decision;
  usage: Usage;
  timing: Timing;
  stopReason: StopReason;
  /** Id of the model that wrote this. */
  model: string;
  /** sha256 of the active adapter, or null for the base. */
  adapter: string | null;
}

export interface GenerateOptions {
  signal?: AbortSignal;
  /** Called with each request's index and its new text as it is written. */
  onText?: (index: number, delta: string) => void;
}

/** What a model computed at each position of a text. */
export interface Inspection {
  /** The likeliest next token's id. */
  best: number[];
  /** Ids whose logits were kept. */
  ids: number[][];
  /** Their logits, in the order of `ids`. */
  logits: number[][];
}

export interface InspectOptions {
  /** texts x positions x ids whose logits are wanted; by default the five likeliest. */
  wanted?: number[][][];
  signal?: AbortSignal;
}

/** What WebGPU computes of a model, held against WASM on the same texts. */
export type DeviceReport =
  | {
      verdict: "agrees" | "differs";
      /** Share of positions at which both have the same likeliest token. */
      agreement: number;
      /** Least agreement that counts as right. */
      least: number;
      positions: number;
      /** Of the logits of WASM's five likeliest tokens at each position. */
      meanError: number;
      maxError: number;
      dtypes: Record<Device, Dtype | "none">;
    }
  | { verdict: "failed"; reason: string };

/** A LoRA adapter in PEFT's layout. */
export interface Adapter {
  /** Over both files: equal hashes mean equal weights and configuration. */
  sha256: string;
  name: string;
  /** Id of the model that it was trained on. */
  baseModel: string;
  /** adapter_config.json. */
  config: Record<string, unknown>;
  /** adapter_model.safetensors. */
  weights: Uint8Array<ArrayBuffer>;
}

export interface LoadedModel {
  readonly spec: ModelSpec;
  readonly capabilities: Capabilities;
  readonly device: Device | "none";
  readonly dtype: Dtype | "none";
  /** sha256 over the model's files: equal hashes mean equal weights, graph and tokenizer. */
  readonly sha256: string;
  /** The hub's commit that its files are from; missing: they are from no hub. */
  readonly revision?: string | undefined;
  /** Why the requested device was not used, in one sentence; null when it was. */
  readonly fallback: string | null;
  /** What the person should know but need not act on, e.g. that the files could not be kept. */
  readonly warnings?: string[];
  /** Most requests that it decodes together, of one call or of several; missing: one. */
  readonly width?: number;
  generate(requests: GenerateRequest[], options?: GenerateOptions): Promise<Generation[]>;
  /**
   * Decodes requests that name no adapter with this one from now on, `scale` times (1) what it was trained to; null: with
   * the base. The model is not loaded again. UserError: it does not fit, in one sentence.
   */
  useAdapter(adapter: Adapter | null, scale?: number): Promise<void>;
  /** What it computes at each position of these texts, with the base; control tokens in them count. Needs `logits`. */
  inspect?(texts: string[], options?: InspectOptions): Promise<Inspection[]>;
  /**
   * The same loaded model with an adapter, whose requests share batches with the base's and with those of other adapters.
   * Disposing it frees the adapter and leaves the model. Missing where `capabilities.adapters` is false.
   */
  withAdapter?(adapter: Adapter, scale?: number): Promise<LoadedModel>;
  dispose(): Promise<void>;
}

export interface ModelRuntime {
  load(model: ModelSpec, options: LoadOptions): Promise<LoadedModel>;
}
