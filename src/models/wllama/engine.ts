import {
  UserError,
  type Adapter,
  type AdapterUse,
  type GenerateRequest,
  type Generation,
  type ModelSpec,
} from "../../protocol/index.ts";
import type { Vocabulary } from "../decoding/index.ts";
import { generate, type GenerateControl } from "./generate.ts";
import type { Gguf } from "./gguf.ts";
import { Llama, type LlamaOptions } from "./llama.ts";
import { loraToGguf } from "./lora.ts";
import type { ModelShape } from "./shape.ts";

/** A model file and what was read from it. */
export interface LoadedFile {
  spec: ModelSpec;
  blob: Blob;
  gguf: Gguf;
  shape: ModelShape;
  vocabulary: Vocabulary;
}

/**
 * Keys and values, in bytes, that llama.cpp may put aside before it is opened anew: its server keeps those of earlier
 * prompts up to 8 GiB, which is more than WebAssembly has, and nothing turns that off.
 */
const PUT_ASIDE = 512 * 2 ** 20;

/** One model in llama.cpp, and the adapters that are held: one thing at a time, in the order in which they come. */
export class WllamaEngine {
  private llama: Llama | null = null;
  /** The adapters that llama.cpp was opened with, by place. */
  private loaded: string[] = [];
  private readonly held = new Map<string, { blob: Blob; holders: number }>();
  private readonly tokens = new Map<string, number[]>();
  private putAside = 0;
  private last: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly file: LoadedFile,
    private readonly options: LlamaOptions,
  ) {}

  /** Opens the model, so that the first request need not. UserError: llama.cpp does not take it. */
  open(): Promise<unknown> {
    return this.inTurn(() => this.ready());
  }

  generate(request: GenerateRequest, control: Omit<GenerateControl, "lora">): Promise<Generation> {
    return this.inTurn(async () => {
      const use = request.adapter ?? null;
      const llama = await this.ready();
      const { spec, vocabulary, shape } = this.file;
      const { context } = this.options;
      const model = { llama, spec, vocabulary, context, tokens: this.tokens, reuses: this.loaded.length === 0 };
      try {
        const generation = await generate(model, request, { ...control, lora: this.strengths(use) });
        const { promptTokens, completionTokens } = generation.usage;
        this.putAside += (promptTokens + completionTokens) * shape.bytesPerToken;
        return { ...generation, adapter: use?.sha256 ?? null };
      } catch (error) {
        // What failed may have left it broken: the next request gets a new one.
        await this.close();
        throw error;
      }
    });
  }

  /** Loads an adapter for one more holder. UserError: it does not fit, and then everything is as before. */
  hold(adapter: Adapter): Promise<void> {
    return this.inTurn(async () => {
      const { sha256 } = adapter;
      const known = this.held.get(sha256);
      if (known) return void known.holders++;
      const blob = new Blob([loraToGguf(adapter, this.file.gguf, this.file.shape)]);
      this.held.set(sha256, { blob, holders: 1 });
      try {
        await this.ready();
      } catch (error) {
        this.held.delete(sha256);
        throw error;
      }
    });
  }

  /** Lets an adapter go; its memory is freed when llama.cpp is next opened. */
  letGo(sha256: string): Promise<void> {
    return this.inTurn(async () => {
      const known = this.held.get(sha256);
      if (known && --known.holders === 0) this.held.delete(sha256);
    });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.close();
  }

  /** llama.cpp with all adapters that are held; it takes them only when a model is loaded. */
  private async ready(): Promise<Llama> {
    if (this.disposed) throw new UserError("The model was disposed: load it again.");
    const lacks = [...this.held.keys()].some((sha256) => !this.loaded.includes(sha256));
    if (this.llama && !lacks && this.putAside < PUT_ASIDE) return this.llama;
    await this.close();
    const held = [...this.held];
    const adapters = held.map(([, { blob }]) => blob);
    this.llama = await Llama.open(this.file.blob, adapters, this.options, this.file.spec.title);
    this.loaded = held.map(([sha256]) => sha256);
    return this.llama;
  }

  private async close(): Promise<void> {
    const { llama } = this;
    this.llama = null;
    this.loaded = [];
    this.putAside = 0;
    await llama?.exit();
  }

  /** All adapters with their strength in a request: those that are left out would work as they were loaded. */
  private strengths(use: AdapterUse | null): { id: number; scale: number }[] {
    if (use && !this.loaded.includes(use.sha256)) throw new Error(`The adapter ${use.sha256} is not loaded.`);
    return this.loaded.map((sha256, id) => ({ id, scale: sha256 === use?.sha256 ? use.scale : 0 }));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }
}
