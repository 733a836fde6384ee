import { messageOf, UserError } from "../../protocol/index.ts";

/** A file: its text, its bytes, or a stream of them. A stream is used up by whoever reads it. */
export type Source = string | Blob | ReadableStream<Uint8Array>;

/** Characters that are handed on at once: a splitter is through with them in about a millisecond. */
const PIECE = 65_536;

/** The beginning of a source, and all of it. */
export interface Opened {
  /** The first bytes, or characters as bytes: enough to tell a format from them. */
  head: Uint8Array;
  /** The text in pieces, decoded; the byte order mark is taken off and noted. UserError: it is not UTF-8 or UTF-16. */
  text(notices: { bom: boolean }): AsyncGenerator<string>;
  /** All bytes, for formats that need to jump in them. */
  blob(): Promise<Blob>;
}

/** Opens a source; gzip is unpacked. UserError: it cannot be read. */
export async function openSource(source: Source, name: string): Promise<Opened> {
  if (typeof source === "string") return openText(source);
  const { first, rest } = await peek(source instanceof Blob ? source.stream() : source, name);
  if (first[0] === 0x1f && first[1] === 0x8b) {
    // The types of DecompressionStream want buffers that nobody shares.
    const unpack = new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
    return openSource(rest.pipeThrough(unpack), name);
  }
  return {
    head: first,
    text: (notices) => decoded(rest, first, notices, name),
    blob: async () =>
      source instanceof Blob ? source : new Response(rest as ReadableStream<Uint8Array<ArrayBuffer>>).blob(),
  };
}

function openText(source: string): Opened {
  return {
    head: new TextEncoder().encode(source.slice(0, PIECE)),
    async *text(notices) {
      notices.bom = source.startsWith("\uFEFF");
      yield* pieces(notices.bom ? source.slice(1) : source);
    },
    blob: async () => new Blob([source]),
  };
}

async function peek(
  stream: ReadableStream<Uint8Array>,
  name: string,
): Promise<{ first: Uint8Array; rest: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  const next = () =>
    reader.read().catch((error: unknown) => {
      throw new UserError(`${name}: it cannot be read (${messageOf(error)}).`);
    });
  const head = await next();
  const first = head.value ?? new Uint8Array();
  let given = false;
  const rest = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = given ? await next() : head;
      given = true;
      if (value) controller.enqueue(value);
      if (done) controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { first, rest };
}

async function* decoded(
  stream: ReadableStream<Uint8Array>,
  first: Uint8Array,
  notices: { bom: boolean },
  name: string,
): AsyncGenerator<string> {
  const [a, b, c] = first;
  const wide = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : null;
  notices.bom = wide !== null || (a === 0xef && b === 0xbb && c === 0xbf);
  // What cannot be decoded is refused: a replacement character would be a silent change.
  const decoder = new TextDecoder(wide ?? "utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw new UserError(`${name}: this is not text in UTF-8; save it as UTF-8 and open it again.`);
    }
  };
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      yield* pieces(decode(done ? undefined : value));
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}
