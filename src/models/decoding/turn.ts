import type { PromptFormatId, StopReason } from "../../protocol/index.ts";
import { CALL_CLOSE, endTexts } from "../formats/index.ts";
import { encodeBytes, decodeBytes, TextStream, type Vocabulary } from "./vocabulary.ts";

/** A text at which a turn ends, as bytes. `kept`: how much of it stays in the turn. */
interface Stop {
  bytes: string;
  kept: number;
  reason: StopReason;
}

/** The turn that is being written: ids, bytes, and the text that was told so far. */
export class Turn {
  /** The ids that the model wrote, the end token included, the prefill not. */
  readonly ids: number[] = [];
  /** Everything in the turn, prefill included, as bytes. */
  bytes: string;
  private readonly stream = new TextStream();
  private readonly stops: Stop[];
  private readonly prefilled: number;

  constructor(
    private readonly vocabulary: Vocabulary,
    prefill: string,
    stop: readonly string[],
    format: PromptFormatId,
    private readonly onText?: (delta: string) => void,
  ) {
    this.bytes = encodeBytes(prefill);
    this.prefilled = this.bytes.length;
    this.stops = [
      ...stop.map((text) => stopAt(text, text === CALL_CLOSE ? "tool_call" : "stop", true)),
      ...endTexts(format).map((text) => stopAt(text, "end", false)),
    ].filter(({ bytes }) => bytes !== "");
    this.tell(this.stream.push(this.bytes));
  }

  /**
   * Adds a token, with its bytes where they are not those of the vocabulary. Returns why the turn ends with it, or null;
   * what the token holds beyond a stop text is dropped. `ends`: it is a control token that ends turns.
   */
  add(id: number, ends: boolean, bytes = this.vocabulary.bytes(id)): StopReason | null {
    this.ids.push(id);
    if (ends) return "end";
    const before = this.bytes.length;
    this.bytes += bytes;
    const stop = this.firstStop(before);
    if (stop) this.bytes = this.bytes.slice(0, stop.end);
    this.tell(this.stream.push(this.bytes.slice(before)));
    return stop?.reason ?? null;
  }

  /** The whole text, prefill included. */
  finish(): string {
    this.tell(this.stream.end());
    return decodeBytes(this.bytes);
  }

  /** The stop text that ends first among those completed by the bytes from `from` on. */
  private firstStop(from: number): { reason: StopReason; end: number } | null {
    let first: { reason: StopReason; end: number; complete: number } | null = null;
    for (const { bytes, kept, reason } of this.stops) {
      // A stop may have begun in an earlier token, but a prefill is not what the model wrote.
      const at = this.bytes.indexOf(bytes, Math.max(0, from - bytes.length + 1, this.prefilled - bytes.length + 1));
      const complete = at + bytes.length;
      if (at >= 0 && (!first || complete < first.complete)) first = { reason, end: at + kept, complete };
    }
    return first;
  }

  private tell(delta: string): void {
    if (delta !== "") this.onText?.(delta);
  }
}

function stopAt(text: string, reason: StopReason, isKept: boolean): Stop {
  const bytes = encodeBytes(text);
  return { bytes, kept: isKept ? bytes.length : 0, reason };
}
