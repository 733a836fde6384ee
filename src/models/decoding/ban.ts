import { encodeBytes, type Vocabulary } from "./vocabulary.ts";

/** Masks every token that would complete a banned text, whatever way the tokens cut it. */
export class Ban {
  private readonly banned: string[];

  constructor(
    texts: readonly string[],
    private readonly vocabulary: Vocabulary,
  ) {
    this.banned = texts.filter((text) => text !== "").map(encodeBytes);
  }

  /** Sets to -Infinity the logits of the tokens that complete a banned text after `written` (bytes). */
  mask(logits: Float32Array, written: string): void {
    for (const text of this.banned) {
      for (const id of this.vocabulary.withPart(text)) logits[id] = -Infinity;
      for (let done = 1; done < text.length; done++) {
        if (!written.endsWith(text.slice(0, done))) continue;
        for (const id of this.vocabulary.startingWith(text.slice(done))) logits[id] = -Infinity;
      }
    }
  }
}
