import type { Decision, GenerateRequest, Generation, ModelSpec, StopReason } from "../../protocol/index.ts";
import { Clock, encodeBytes, Turn, type Vocabulary } from "../decoding/index.ts";
import { renderPrompt } from "../formats/index.ts";
import { measureDecision } from "./decision.ts";
import { textWithout } from "./grammar.ts";
import { ContextError, type Ask, type Llama } from "./llama.ts";

/** A model as a request needs it. */
interface WllamaModel {
  llama: Llama;
  spec: ModelSpec;
  vocabulary: Vocabulary;
  /** Tokens of prompt and answer together. */
  context: number;
  /** The tokens of texts, as far as they were asked for. */
  tokens: Map<string, number[]>;
  /**
   * Whether a prompt may begin with keys and values of the request before: they are the same to the bit, but with adapters
   * llama.cpp may mistake those of one for those of another.
   */
  reuses: boolean;
}

export interface GenerateControl {
  lora: Ask["lora"];
  signal?: AbortSignal | undefined;
  onText?: ((delta: string) => void) | undefined;
}

/** llama.cpp's word for "draw a seed". */
const RANDOM_SEED = 0xffffffff;

/** Runs one request. Cancelled: what was written so far, with stopReason `cancelled`. */
export async function generate(
  model: WllamaModel,
  request: GenerateRequest,
  control: GenerateControl,
): Promise<Generation> {
  const run = new Writing(model, request, control);
  await run.write();
  return run.generation();
}

class Writing {
  private readonly clock = new Clock();
  private readonly turn: Turn;
  private readonly ask: Ask;
  private readonly prompt: string;
  private decision: Decision | undefined;
  private promptTokens = 0;
  private ended: StopReason | null = null;
  /** Tokens that were chosen up to the last piece. One that ends within a character comes as no piece of its own. */
  private chosen = 0;
  private ids: readonly number[];

  constructor(
    private readonly model: WllamaModel,
    private readonly request: GenerateRequest,
    private readonly control: GenerateControl,
  ) {
    const { messages, tools, prefill = "", stop, banned = [], temperature, topK = 0, topP, seed, maxTokens } = request;
    this.turn = new Turn(model.vocabulary, prefill, stop, model.spec.promptFormat, control.onText);
    this.ids = this.turn.ids;
    this.prompt = renderPrompt(model.spec.promptFormat, messages, tools);
    this.ask = {
      prompt: this.prompt + prefill,
      max_tokens: maxTokens,
      temperature,
      // 0: all.
      top_k: topK,
      top_p: topP,
      // In the order in which our own sampling works; what llama.cpp does besides by default is left out.
      samplers: ["temperature", "top_k", "top_p"],
      seed: (seed >>> 0) % RANDOM_SEED,
      grammar: textWithout(banned, prefill),
      cache_prompt: model.reuses,
      lora: control.lora,
    };
  }

  async write(): Promise<void> {
    const { request, control } = this;
    if (control.signal?.aborted) return this.end("cancelled");
    try {
      if (request.wantDecision && (await this.fits())) {
        this.decision = await this.clock.apart(() => this.decide());
        this.ask.cache_prompt = true;
      }
      if (this.ended === null) await this.read();
      if (this.chosen > this.ids.length) this.ids = await this.clock.apart(() => this.chosenIds());
    } catch (error) {
      if (error instanceof ContextError) {
        this.promptTokens = error.promptTokens;
        this.end("context_overflow");
      } else if (!control.signal?.aborted) throw error;
    }
    if (control.signal?.aborted) this.end("cancelled");
  }

  generation(): Generation {
    const { turn, ids, decision, promptTokens, ended } = this;
    return {
      text: turn.finish(),
      tokenIds: [...ids],
      ...(decision && { decision }),
      usage: { promptTokens, completionTokens: ids.length },
      timing: this.clock.timing(),
      stopReason: ended ?? "cancelled",
      model: this.model.spec.id,
      adapter: null,
    };
  }

  /** Computes the prompt alone, in the request's own time, and tells whether it leaves room for the answer. */
  private async fits(): Promise<boolean> {
    const { llama } = this.model;
    await llama.stream(
      { ...this.ask, max_tokens: 1 },
      ({ prompt_progress: progress }) => this.overflows(progress),
      this.control.signal,
    );
    this.control.signal?.throwIfAborted();
    return this.ended === null;
  }

  private overflows(progress: { total: number } | undefined): boolean {
    if (progress) {
      this.promptTokens = progress.total;
      if (progress.total + this.request.maxTokens > this.model.context) this.end("context_overflow");
    }
    return this.ended !== null;
  }

  private decide(): Promise<Decision> {
    const { llama, vocabulary, tokens } = this.model;
    const { lora, signal } = this.control;
    return measureDecision({ llama, vocabulary, tokens, prompt: this.prompt, lora, signal }, this.request.tools);
  }

  private async read(): Promise<void> {
    const { llama } = this.model;
    if (this.request.maxTokens <= 0) return this.end("length");
    await llama.stream(
      this.ask,
      ({ prompt_progress: progress, choices, __verbose: told }) => {
        if (progress) return this.overflows(progress);
        for (const id of told.tokens) this.add(id, told.tokens_predicted, choices[0]?.text ?? "");
        if (told.stop_type !== undefined) this.end(told.stop_type === "eos" ? "end" : "length");
        return this.ended !== null;
      },
      this.control.signal,
    );
  }

  private add(id: number, chosen: number, text: string): void {
    this.clock.token();
    // Behind tokens that came as no piece, the text of this one holds theirs.
    const alone = chosen === this.chosen + 1;
    const ended = this.turn.add(id, this.model.llama.ends(id), alone ? undefined : encodeBytes(text));
    this.chosen = chosen;
    if (ended !== null) this.end(ended);
  }

  /** All tokens, where some came as no piece: the same request tells them when it is not streamed. */
  private async chosenIds(): Promise<number[]> {
    const { model, ask, chosen, control } = this;
    const { __verbose: told } = await model.llama.answer(
      { ...ask, max_tokens: chosen, cache_prompt: true },
      control.signal,
    );
    return told.tokens;
  }

  private end(reason: StopReason): void {
    this.ended ??= reason;
  }
}
