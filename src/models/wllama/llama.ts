import type { LoadModelParams, Wllama } from "@wllama/wllama/esm/index.js";
import { messageOf, UserError } from "../../protocol/index.ts";

/** What llama.cpp is asked, in the words of its server: https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export interface Ask {
  prompt: string;
  max_tokens: number;
  temperature: number;
  top_k?: number;
  top_p?: number;
  seed?: number;
  samplers?: string[];
  grammar?: string;
  /** [token or text, what is added to its logit]; a text's tokens get it each. */
  logit_bias?: [number | string, number][];
  /** List the probabilities of this many tokens, before anything is masked. */
  n_probs?: number;
  /** Take over the keys and values of what the prompt has in common with what was computed last. */
  cache_prompt: boolean;
  /** Every adapter that is loaded, at its strength. */
  lora: { id: number; scale: number }[];
}

interface Probability {
  id: number;
  logprob: number;
}

/** A piece of an answer, or (not streamed) all of it. The library's own types leave these fields out. */
export interface Answer {
  choices: { text: string; logprobs: { content: (Probability & { top_logprobs: Probability[] })[] } | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
  /** Before the prompt is computed, and after each batch of it. */
  prompt_progress?: { total: number };
  __verbose: {
    tokens: number[];
    /** Tokens that were chosen so far. */
    tokens_predicted: number;
    /** Set in the last piece. */
    stop_type?: string;
    generation_settings?: { logit_bias: { token: number; bias: number }[] };
  };
}

/** How llama.cpp is started. */
export interface LlamaOptions {
  /** Absolute URL of wllama.wasm. */
  wasmUrl: string;
  threads: number;
  /** Tokens of prompt and answer together. */
  context: number;
}

/** A prompt that is longer than the context. */
export class ContextError extends Error {
  constructor(readonly promptTokens: number) {
    super("The prompt is longer than the context.");
  }
}

/** Tokens of a prompt that are computed before a cancel is seen. */
const BATCH = 128;

/** llama.cpp with one model and its adapters, one request at a time. */
export class Llama {
  /** Rejects when it is ended: what is asked of an ended worker never settles. */
  private readonly ended: Promise<never>;
  private end!: (reason: unknown) => void;

  /** @param complaints the newest errors that llama.cpp logged: what is thrown does not say the cause. */
  private constructor(
    private readonly wllama: Wllama,
    private readonly complaints: string[],
  ) {
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => {});
  }

  /**
   * Loads a model and its adapters from GGUF files.
   * UserError: this browser cannot run it, or llama.cpp does not take the files.
   */
  static async open(model: Blob, adapters: readonly Blob[], options: LlamaOptions, title: string): Promise<Llama> {
    if (!hasWideMemory()) {
      throw new UserError(
        `${title} needs WebAssembly with 64-bit memory, which this browser does not have: use a newer Chrome, Edge or Firefox.`,
      );
    }
    const { Wllama: Library } = await import("@wllama/wllama/esm/index.js");
    const complaints: string[] = [];
    const quiet = () => {};
    const complain = (...parts: unknown[]) => {
      complaints.push(parts.map((part) => messageOf(part)).join(" "));
      complaints.splice(0, complaints.length - 8);
    };
    const wllama = new Library(
      { default: options.wasmUrl },
      { logger: { debug: quiet, log: quiet, warn: quiet, error: complain } },
    );
    // Its fallback for browsers without 64-bit memory comes from a CDN.
    wllama.setCompat(null);
    const files = [model, ...adapters];
    const failed = (why: string) => {
      void wllama.exit();
      return new UserError(`llama.cpp cannot load ${title} (${why}): check that the file is a GGUF of a chat model.`);
    };
    try {
      await wllama.loadModel(files, parameters(options, files.length));
    } catch (error) {
      throw failed(messageOf(error));
    }
    // A failed load returns like one that worked.
    if (wllama.getModelMetadata().hparams.nVocab > 0) return new Llama(wllama, complaints);
    throw failed(complaints.at(-1) ?? "it gives no reason");
  }

  /** Whether a token ends a turn. */
  ends(id: number): boolean {
    return this.wllama.isTokenEOG(id);
  }

  /**
   * Answers piece by piece, each with the token that it brings; ends before the next token when `onPiece` returns true or
   * the signal is aborted. ContextError: the prompt is longer than the context.
   */
  async stream(ask: Ask, onPiece: (answer: Answer) => boolean, signal?: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const either = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal;
    try {
      await this.complete(ask, {
        stream: true,
        return_progress: true,
        abortSignal: either,
        onData: (answer: Answer) => {
          if (!either.aborted && onPiece(answer)) enough.abort();
        },
      });
    } catch (error) {
      if (!either.aborted) throw error;
    }
  }

  /** A whole answer at once. An AbortError when the signal is aborted before. */
  async answer(ask: Ask, signal?: AbortSignal): Promise<Answer> {
    return (await this.complete(ask, { return_tokens: true, ...(signal && { abortSignal: signal }) })) as Answer;
  }

  /** Ends it and frees its memory; what is under way rejects. */
  async exit(): Promise<void> {
    this.end(new UserError("The model was disposed: load it again."));
    await this.wllama.exit();
  }

  private async complete(ask: Ask, more: object): Promise<unknown> {
    this.complaints.length = 0;
    // The library's types know a part of what llama.cpp takes.
    const options = { ...ask, ...more, verbose: true } as unknown as Parameters<Wllama["createCompletion"]>[0];
    try {
      return await Promise.race([this.wllama.createCompletion(options), this.ended]);
    } catch (error) {
      if (error instanceof UserError) throw error;
      const message = messageOf(error);
      const [, tokens] = /request \((\d+) tokens\) exceeds the available context/.exec(message) ?? [];
      if (tokens !== undefined) throw new ContextError(Number(tokens));
      if (error instanceof Error && error.name === "AbortError") throw error;
      throw new Error(`llama.cpp failed: ${this.complaints.find((line) => /exception|error/i.test(line)) ?? message}`, {
        cause: error,
      });
    }
  }
}

function parameters({ threads, context }: LlamaOptions, files: number): LoadModelParams {
  const padded = (place: number) => String(place).padStart(5, "0");
  return {
    n_ctx: context,
    n_batch: BATCH,
    n_ubatch: BATCH,
    n_threads: threads,
    n_gpu_layers: 0,
    n_parallel: 1,
    kv_unified: false,
    // Its kernel sums in an order that depends on how many tokens are computed together.
    flash_attn: false,
    cache_idle_slots: false,
    // Rounded to fp16, keys and values would move log-probabilities by up to 0.005.
    cache_type_k: "f32",
    cache_type_v: "f32",
    // Prompts come rendered: the file's own template is not read, which some fail at.
    chat_template: "chatml",
    // Files are known by their place.
    ...(files > 1 && {
      lora_adapters: Array.from({ length: files - 1 }, (_, i) => ({
        path: `models/model-${padded(i + 2)}-of-${padded(files)}.gguf`,
        scale: 0,
      })),
    }),
  };
}

function hasWideMemory(): boolean {
  try {
    return new WebAssembly.Memory({ address: "i64", initial: 1n } as unknown as WebAssembly.MemoryDescriptor) !== null;
  } catch {
    return false;
  }
}
