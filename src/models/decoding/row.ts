import {
  createRandom,
  UserError,
  type AdapterUse,
  type Decision,
  type GenerateRequest,
  type Generation,
  type PromptFormatId,
  type StopReason,
} from "../../protocol/index.ts";
import { CALL_CLOSE, CALL_OPEN, promptParts } from "../formats/index.ts";
import { Ban } from "./ban.ts";
import { Clock } from "./clock.ts";
import { measureDecision } from "./decision.ts";
import type { CallGrammar, OpenGrammar } from "./grammar.ts";
import type { Prefixes } from "./prefixes.ts";
import { chooseToken } from "./sampling.ts";
import type { Encoder, Past, Session, Step } from "./session.ts";
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
  /** Most rows that are decoded together, where the session can. */
  width: number;
  /** Tokens that they may take together, each as many as the longest of them, by the end; missing: any number. */
  room?: number;
  /** Makes what constrains calls to their tools' schemas; missing: requests that ask for it are refused. */
  openGrammar?: OpenGrammar;
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

/** One request under way: its prompt is read alone, then it waits with its next token for the others' step. */
export class Row {
  /** Why it ended; null while it goes on. */
  ended: StopReason | null = null;
  /** The token that it has chosen and that was not computed yet. */
  next = -1;
  /** Most tokens that it will have in the end. */
  readonly room: number;
  private readonly prompt: { shared: number[]; own: number[]; prefill: number[] };
  private clock = new Clock();
  private readonly turn: Turn;
  private readonly random;
  private readonly ban: Ban;
  private readonly closing: Ban;
  private decision: Decision | undefined;
  private grammar: CallGrammar | null = null;
  private readonly promptTokens: number;
  private current: Past | null = null;
  private owned = false;
  private logits: Float32Array = new Float32Array();

  constructor(
    private readonly model: DecoderModel,
    private readonly request: GenerateRequest,
    private readonly control: DecodeControl,
  ) {
    this.turn = new Turn(model.vocabulary, request.prefill ?? "", request.stop, model.format, control.onText);
    this.random = createRandom(request.seed);
    this.ban = new Ban(request.banned ?? [], model.vocabulary);
    this.closing = new Ban([CALL_CLOSE], model.vocabulary);
    const { system, rest } = promptParts(model.format, request.messages, request.tools);
    const encode = (text: string) => model.encoder.encode(text);
    // Encoded apart, so that the prefilled ids are those that the model itself would write after the header.
    this.prompt = {
      shared: encode(system),
      own: encode(rest),
      prefill: request.prefill ? encode(request.prefill) : [],
    };
    this.promptTokens = Object.values(this.prompt).reduce((sum, ids) => sum + ids.length, 0);
    this.room = this.promptTokens + request.maxTokens;
  }

  /** What it is decoded with; null: the base. */
  get adapter(): AdapterUse | null {
    return this.request.adapter ?? null;
  }

  get past(): Past {
    if (!this.current) throw new Error("Nothing was read yet.");
    return this.current;
  }

  /**
   * Reads the prompt on top of its system turn, whose past may be kept, and chooses the first token. UserError: calls
   * shall be constrained and cannot be.
   */
  async begin(prefixes: Prefixes): Promise<void> {
    const { model, request } = this;
    const { shared, own, prefill } = this.prompt;
    // It may have waited for a place.
    this.clock = new Clock();
    if (this.room > model.context) return this.end("context_overflow");
    const past = await prefixes.get(shared, this.adapter, async () =>
      (await this.read(shared)) ? this.release() : null,
    );
    if (!past) return;
    this.current = past;
    this.owned = false;
    if (!(await this.read(own))) return;
    if (request.wantDecision) this.decision = await this.clock.apart(() => this.decide());
    if (!(await this.read(prefill))) return;
    if (request.constrainCalls && request.tools.length > 0) await this.constrain(prefill);
    await this.choose();
  }

  /** Whether it was cancelled by now. */
  checkCancelled(): boolean {
    if (this.control.cancelled()) this.end("cancelled");
    return this.ended !== null;
  }

  breathe(): Promise<void> | undefined {
    return this.control.breathe?.();
  }

  /** Takes what came of its next token and chooses the one after. UserError: the model computed no numbers. */
  async take(step: Step): Promise<void> {
    this.accept(step);
    await this.choose();
  }

  generation(): Generation {
    const { turn, decision, promptTokens, ended } = this;
    return {
      text: turn.finish(),
      tokenIds: turn.ids,
      ...(decision && { decision }),
      usage: { promptTokens, completionTokens: turn.ids.length },
      timing: this.clock.timing(),
      stopReason: ended ?? "cancelled",
      model: this.model.id,
      adapter: this.adapter?.sha256 ?? null,
    };
  }

  /** Frees its past; what it started from stays its keeper's. */
  dispose(): void {
    if (this.owned) this.current?.dispose();
    this.current = null;
    this.owned = false;
    this.grammar?.dispose();
    this.grammar = null;
  }

  /** Computes ids after what was read; false when it was cancelled on the way. */
  private async read(ids: readonly number[]): Promise<boolean> {
    for (let start = 0; start < ids.length; start += PIECE) {
      const piece = ids.slice(start, start + PIECE);
      await this.breathe();
      if (this.checkCancelled()) return false;
      this.accept(await this.model.session.forward(piece, this.current, [piece.length - 1], this.adapter));
    }
    return true;
  }

  private accept({ logits, past }: Step): void {
    if (this.owned) this.current?.dispose();
    this.current = past;
    this.owned = true;
    this.logits = logits[0] ?? this.logits;
  }

  /** Hands the past over to the caller. */
  private release(): Past {
    this.owned = false;
    return this.past;
  }

  private decide(): Promise<Decision> {
    return measureDecision(
      { model: this.model, past: this.past, adapter: this.adapter, logits: this.logits },
      this.request.tools,
    );
  }

  private async constrain(prefill: readonly number[]): Promise<void> {
    const { openGrammar, id } = this.model;
    if (!openGrammar) throw new UserError(`Calls of ${id} cannot be constrained to their tools' schemas here.`);
    this.grammar = await openGrammar(this.request.tools);
    for (const written of prefill) this.grammar.accept(written);
  }

  private async constrainNext(grammar: CallGrammar): Promise<void> {
    await grammar.mask(this.logits);
    // Outside a call, and inside its strings, the grammar admits any text; but the marker that closes a call ends the turn.
    if (!isWholeCall(this.turn.bytes)) this.closing.mask(this.logits, this.turn.bytes);
  }

  private async choose(): Promise<void> {
    const { request, turn, model, grammar } = this;
    if (request.maxTokens <= 0) return this.end("length");
    if (grammar) await this.constrainNext(grammar);
    this.ban.mask(this.logits, turn.bytes);
    this.next = chooseToken(this.logits, request, this.random);
    grammar?.accept(this.next);
    this.clock.token();
    const ended = turn.add(this.next, model.ends.includes(this.next));
    if (ended !== null) this.end(ended);
    else if (turn.ids.length >= request.maxTokens) this.end("length");
  }

  private end(reason: StopReason): void {
    this.ended ??= reason;
  }
}

/** Whether a turn's call is whole but for the marker that closes it. Bytes are as good as text: JSON's marks are ASCII. */
function isWholeCall(bytes: string): boolean {
  const at = bytes.indexOf(CALL_OPEN);
  if (at < 0) return false;
  let call = bytes.slice(at + CALL_OPEN.length);
  // The marker may have been begun.
  for (let length = CALL_CLOSE.length - 1; length > 0; length--)
    if (call.endsWith(CALL_CLOSE.slice(0, length))) call = call.slice(0, -length);
  try {
    JSON.parse(call);
    return true;
  } catch {
    return false;
  }
}
