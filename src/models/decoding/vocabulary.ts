/**
 * What each token id stands for, as bytes. Byte-level vocabularies cut characters in the middle, so everything here works
 * on byte strings: strings whose characters are 0 to 255, one for each byte.
 */
export class Vocabulary {
  private readonly starting = new Map<string, number[]>();
  private readonly containing = new Map<string, number[]>();

  /** @param pieces the byte string of each id; empty where an id stands for nothing. */
  constructor(private readonly pieces: readonly string[]) {}

  get size(): number {
    return this.pieces.length;
  }

  /** The byte string of a token. */
  bytes(id: number): string {
    return this.pieces[id] ?? "";
  }

  /** The token as text; bytes that are no whole character show as U+FFFD. */
  text(id: number): string {
    return decodeBytes(this.bytes(id));
  }

  /** Ids of the tokens whose bytes begin with `prefix`, in ascending order. */
  startingWith(prefix: string): number[] {
    return this.find(this.starting, prefix, (piece) => piece.startsWith(prefix));
  }

  /** Ids of the tokens whose bytes contain `part`, in ascending order. */
  withPart(part: string): number[] {
    return this.find(this.containing, part, (piece) => piece.includes(part));
  }

  private find(known: Map<string, number[]>, key: string, matches: (piece: string) => boolean): number[] {
    let ids = known.get(key);
    if (!ids) {
      ids = this.pieces.flatMap((piece, id) => (piece !== "" && matches(piece) ? [id] : []));
      known.set(key, ids);
    }
    return ids;
  }
}

/** The UTF-8 bytes of a text, one character each. */
export function encodeBytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** The text of a byte string. */
export function decodeBytes(bytes: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(toArray(bytes));
}

/** Text as it is written, token by token: a character appears when its last byte has come. */
export class TextStream {
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** The text that these bytes complete. */
  push(bytes: string): string {
    return this.decoder.decode(toArray(bytes), { stream: true });
  }

  /** What is left: U+FFFD for a character that was never completed. */
  end(): string {
    return this.decoder.decode();
  }
}

function toArray(bytes: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (char) => char.charCodeAt(0));
}

/** GPT-2's printable stand-ins for bytes, as byte-level tokenizers write their vocabulary: character to byte. */
export function byteLevelAlphabet(): Map<string, string> {
  const printable = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
  const others = [...range(0, 0xff)].filter((byte) => !printable.includes(byte));
  const pairs = [
    ...printable.map((byte) => [String.fromCharCode(byte), String.fromCharCode(byte)] as const),
    ...others.map((byte, i) => [String.fromCharCode(0x100 + i), String.fromCharCode(byte)] as const),
  ];
  return new Map(pairs);
}

function* range(low: number, high: number): Generator<number> {
  for (let i = low; i <= high; i++) yield i;
}
