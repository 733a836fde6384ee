import {
  createRandom,
  type Decision,
  type GenerateRequest,
  type Generation,
  type PromptFormatId,
  type StopReason,
} from "../../protocol/index.ts";
import { CALL_CLOSE, promptParts } from "../formats/index.ts";
import { Ban } from "./ban.ts";
import { measureDecision } from "./decision.ts";
import { Prefixes } from "./prefixes.ts";
import { chooseToken } from "./sampling.ts";
import type { Encoder, Past, Session } from "./session.ts";
import { Turn } from "./turn.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A model as the decoder needs it. */
export interface DecoderModel {
  id: string;
  session: Session;
  encoder: Encoder;
  vocabulary: Vocabulary;
  format: PromptFormatId;
  /** Tokens of prompt and answer together. */
  context: number;
  /** Ids that end a turn. */
  ends: readonly number[];
}

export interface DecodeControl {
  /** Asked before each forward pass. */
  cancelled(): boolean;
  /** Lets other messages of the thread be handled; awaited before each forward pass. */
  breathe?(): Promise<void>;
  onText?(delta: string): void;
}

/** Longer prompts are computed in pieces of this many tokens: bounds memory, and the time until a cancel is seen. */
const PIECE = 512;

/** The decode loop: one request at a time, tokens a function of the request alone. */
export class Decoder {
  private readonly prefixes = new Prefixes();

  constructor(private readonly model: DecoderModel) {}

  /** Runs one request. Cancelling returns what was written so far with stopReason `cancelled`. */
  async generate(request: GenerateRequest, control: DecodeControl): Promise<Generation> {
    const { encoder, format, context } = this.model;
    const clock = new Clock();
    const { system, rest } = promptParts(format, request.messages, request.tools);
    const shared = encoder.encode(system);
    const own = encoder.encode(rest);
    // Encoded apart, so that the prefilled ids are those that the model itself would write after the header.
    const prefill = request.prefill ? encoder.encode(request.prefill) : [];
    const promptTokens = shared.length + own.length + prefill.length;
    const turn = new Turn(this.model.vocabulary, request.prefill ?? "", request.stop, control.onText);
    let stopReason: StopReason = "context_overflow";
    let decision: Decision | undefined;
    if (promptTokens + request.maxTokens <= context) {
      const reader = new Reader(this.model.session, control);
      try {
        const past = await this.prefixes.get(shared, async () => {
          await reader.read(shared);
          return reader.release();
        });
        reader.startFrom(past);
        await reader.read(own);
        if (request.wantDecision) decision = await clock.apart(() => this.decide(reader, request));
        await reader.read(prefill);
        stopReason = await this.write(request, reader, turn, clock);
      } catch (error) {
        if (!(error instanceof Cancelled)) throw error;
        stopReason = "cancelled";
      } finally {
        reader.dispose();
      }
    }
    return {
      text: turn.finish(),
      tokenIds: turn.ids,
      ...(decision && { decision }),
      usage: { promptTokens, completionTokens: turn.ids.length },
      timing: clock.timing(),
      stopReason,
      model: this.model.id,
      adapter: null,
    };
  }

  /** Forgets what is kept between requests. */
  dispose(): void {
    this.prefixes.clear();
  }

  private decide(reader: Reader, request: GenerateRequest): Promise<Decision> {
    const { session, encoder, vocabulary } = this.model;
    return measureDecision(session, encoder, vocabulary, reader.past, reader.logits, request.tools);
  }

  private async write(request: GenerateRequest, reader: Reader, turn: Turn, clock: Clock): Promise<StopReason> {
    const random = createRandom(request.seed);
    const ban = new Ban(request.banned ?? [], this.model.vocabulary);
    while (turn.ids.length < request.maxTokens) {
      ban.mask(reader.logits, turn.bytes);
      const id = chooseToken(reader.logits, request.temperature, request.topP, random);
      clock.token();
      const ended = this.model.ends.includes(id);
      const stop = turn.add(id, ended);
      if (ended) return "end";
      if (stop !== null) return stop === CALL_CLOSE ? "tool_call" : "stop";
      if (turn.ids.length < request.maxTokens) await reader.read([id]);
    }
    return "length";
  }
}

class Cancelled extends Error {}

/** Feeds ids to the session and owns the newest past; the past it started from stays its keeper's. */
class Reader {
  private current: Past | null = null;
  private owned = false;
  private last: Float32Array | null = null;

  constructor(
    private readonly session: Session,
    private readonly control: DecodeControl,
  ) {}

  get past(): Past {
    if (!this.current) throw new Error("Nothing was read yet.");
    return this.current;
  }

  /** Logits after the newest token. */
  get logits(): Float32Array {
    if (!this.last) throw new Error("Nothing was read yet.");
    return this.last;
  }

  startFrom(past: Past): void {
    this.current = past;
    this.owned = false;
  }

  async read(ids: readonly number[]): Promise<void> {
    for (let start = 0; start < ids.length; start += PIECE) {
      const piece = ids.slice(start, start + PIECE);
      await this.control.breathe?.();
      if (this.control.cancelled()) throw new Cancelled();
      const step = await this.session.forward(piece, this.current, [piece.length - 1]);
      if (this.owned) this.current?.dispose();
      this.current = step.past;
      this.owned = true;
      this.last = step.logits[0] ?? null;
    }
  }

  /** Hands the past over to the caller. */
  release(): Past {
    this.owned = false;
    return this.past;
  }

  dispose(): void {
    if (this.owned) this.current?.dispose();
    this.current = null;
  }
}

/** Times a request; what is measured apart (the decision's probes) is not the answer's time. */
class Clock {
  private readonly start = performance.now();
  private aside = 0;
  private first: number | null = null;

  async apart<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.aside += performance.now() - start;
    }
  }

  token(): void {
    this.first ??= this.elapsed();
  }

  timing(): { totalMs: number; firstTokenMs: number } {
    const totalMs = this.elapsed();
    return { totalMs, firstTokenMs: this.first ?? totalMs };
  }

  private elapsed(): number {
    return performance.now() - this.start - this.aside;
  }
}
