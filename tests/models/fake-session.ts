import { createRandom, type AdapterUse } from "../../src/protocol/index.ts";
import {
  encodeBytes,
  Vocabulary,
  type DecoderModel,
  type Past,
  type Session,
} from "../../src/models/decoding/index.ts";

/** Pieces of a small byte-level vocabulary: letters, merged pieces, halves of characters, control tokens. */
const TEXTS = [
  ..."abcdefghijklmnopqrstuvwxyz_:,. #I",
  ...'{}"<>/|\n0123456789',
  "tool",
  "call",
  '>{"',
  '","',
  "name",
  "<tool",
  "_call",
  "</",
];
const END = "<|im_end|>";
const CONTROL = ["<|im_start|>", END, "<tool_response>", "</tool_response>"];
const HALVES = ["\u00c3", "\u00a9", "\u00f0\u009f", "\u0098\u0080", "\u0080"];
export const PIECES = [...TEXTS.map(encodeBytes), ...HALVES, ...CONTROL];
export const END_ID = PIECES.indexOf(END);

/** Greedy longest-match encoder over the pieces; bytes outside them are dropped. Enough of a tokenizer for the loop. */
export const encoder = {
  encode(text: string): number[] {
    const bytes = encodeBytes(text);
    const ids: number[] = [];
    for (let at = 0; at < bytes.length;) {
      let best = -1;
      PIECES.forEach((piece, id) => {
        if (bytes.startsWith(piece, at) && piece.length > (PIECES[best]?.length ?? 0)) best = id;
      });
      if (best >= 0) ids.push(best);
      at += PIECES[best]?.length ?? 1;
    }
    return ids;
  },
};

/** A session whose logits are a pure function of all ids so far; it watches that pasts are used and disposed properly. */
export class FakeSession implements Session {
  live = 0;
  forwards = 0;
  /** Replaces the seeded logits, to make the model write something in particular. */
  constructor(private readonly logitsOf: (ids: readonly number[]) => Float32Array = seededLogits) {}

  async forward(
    ids: readonly number[],
    past: Past | null,
    picked: readonly number[],
    adapter: AdapterUse | null = null,
  ) {
    this.forwards++;
    const key = adapter ? `${adapter.sha256} ${adapter.scale}` : "";
    const before = past ? (past as FakePast).use(key) : [];
    // An adapter makes another model of it: one that sees the adapter's letters before everything.
    const seen = [...encoder.encode(key), ...before, ...ids];
    const behind = seen.length - ids.length;
    const logits = picked.map((i) => this.logitsOf(seen.slice(0, behind + i + 1)));
    this.live++;
    return { logits, past: new FakePast([...before, ...ids], key, () => this.live--) };
  }

  async dispose(): Promise<void> {}
}

/** A session that can take rows along. */
export class FakeBatchSession extends FakeSession {
  /** How many rows each step had. */
  readonly steps: number[] = [];

  async advance(ids: readonly number[], pasts: readonly Past[], adapters: readonly (AdapterUse | null)[] = []) {
    this.steps.push(ids.length);
    return Promise.all(ids.map((id, row) => this.forward([id], pasts[row]!, [0], adapters[row])));
  }
}

class FakePast implements Past {
  private disposed = false;

  constructor(
    private readonly ids: number[],
    private readonly key: string,
    private readonly onDispose: () => void,
  ) {}

  get length(): number {
    return this.ids.length;
  }

  use(key: string): number[] {
    if (this.disposed) throw new Error("A disposed past was used.");
    if (key !== this.key) throw new Error("A past was used with another adapter.");
    return this.ids;
  }

  dispose(): void {
    if (this.disposed) throw new Error("A past was disposed twice.");
    this.disposed = true;
    this.onDispose();
  }
}

function seededLogits(ids: readonly number[]): Float32Array {
  const random = createRandom(ids.join(","));
  return Float32Array.from(PIECES, () => random.next() * 8);
}

/** Logits that make the model write `text` and then end its turn, whatever it is asked. */
export function writes(text: string, header = "<|im_start|>assistant\n"): (ids: readonly number[]) => Float32Array {
  const plan = [...encoder.encode(text), END_ID];
  const opening = encoder.encode(header);
  return (ids) => {
    const start = lastIndexOfRun(ids, opening) + opening.length;
    const next = plan[ids.length - start] ?? END_ID;
    return Float32Array.from(PIECES, (_, id) => (id === next ? 5 : id / 1000));
  };
}

function lastIndexOfRun(ids: readonly number[], run: readonly number[]): number {
  for (let at = ids.length - run.length; at >= 0; at--) if (run.every((id, i) => ids[at + i] === id)) return at;
  return -run.length;
}

export function decoderModel(session: Session, more: Partial<DecoderModel> = {}): DecoderModel {
  return {
    id: "fake",
    session,
    encoder,
    vocabulary: new Vocabulary(PIECES),
    format: "chatml",
    context: 4096,
    ends: [END_ID],
    width: 4,
    ...more,
  };
}
