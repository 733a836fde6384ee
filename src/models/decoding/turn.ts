import { encodeBytes, decodeBytes, TextStream, type Vocabulary } from "./vocabulary.ts";

/** The turn that is being written: ids, bytes, and the text that was told so far. */
export class Turn {
  /** The ids that the model wrote, the end token included, the prefill not. */
  readonly ids: number[] = [];
  /** Everything in the turn, prefill included, as bytes. */
  bytes: string;
  private readonly stream = new TextStream();
  private readonly stops: { text: string; bytes: string }[];
  private readonly prefilled: number;

  constructor(
    private readonly vocabulary: Vocabulary,
    prefill: string,
    stop: readonly string[],
    private readonly onText?: (delta: string) => void,
  ) {
    this.bytes = encodeBytes(prefill);
    this.prefilled = this.bytes.length;
    this.stops = stop.filter((text) => text !== "").map((text) => ({ text, bytes: encodeBytes(text) }));
    this.tell(this.stream.push(this.bytes));
  }

  /**
   * Adds a token, with its bytes where they are not those of the vocabulary. Returns the stop text that it completed, or
   * null; what the token holds beyond the stop is dropped.
   */
  add(id: number, ends: boolean, bytes = this.vocabulary.bytes(id)): string | null {
    this.ids.push(id);
    if (ends) return null;
    const before = this.bytes.length;
    this.bytes += bytes;
    const stop = this.firstStop(before);
    if (stop) this.bytes = this.bytes.slice(0, stop.end);
    this.tell(this.stream.push(this.bytes.slice(before)));
    return stop?.text ?? null;
  }

  /** The whole text, prefill included. */
  finish(): string {
    this.tell(this.stream.end());
    return decodeBytes(this.bytes);
  }

  /** The stop text that ends first among those completed by the bytes from `from` on. */
  private firstStop(from: number): { text: string; end: number } | null {
    let first: { text: string; end: number } | null = null;
    for (const { text, bytes } of this.stops) {
      // A stop may have begun in an earlier token, but a prefill is not what the model wrote.
      const at = this.bytes.indexOf(bytes, Math.max(0, from - bytes.length + 1, this.prefilled - bytes.length + 1));
      const end = at + bytes.length;
      if (at >= 0 && (!first || end < first.end)) first = { text, end };
    }
    return first;
  }

  private tell(delta: string): void {
    if (delta !== "") this.onText?.(delta);
  }
}
