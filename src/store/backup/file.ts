// Not dexie-export-import: it writes one JSON document with revived types, reads it inside a transaction that it keeps
// awake, and tells neither what was kept nor which row is wrong. A line a row can be checked before anything is written.
import { Type, type Static } from "typebox";
import { messageOf, UserError } from "../../protocol/index.ts";

const Count = Type.Integer({ minimum: 0 });
/** Rows of each table; `results`, `samples` and `adapterBytes` count what their lines hold. Format 1 knew no adapters, format 2 no models. */
export const Counts = Type.Object({
  runs: Count,
  results: Count,
  datasets: Count,
  samples: Count,
  settings: Count,
  userTools: Count,
  drafts: Count,
  adapters: Type.Optional(Count),
  adapterBytes: Type.Optional(Count),
  models: Type.Optional(Count),
});
export type Counts = Required<Static<typeof Counts>>;

export const FORMAT = "agentcoder-database";
export const VERSION = 3;
/** The first line of a database file. */
export const Header = Type.Object({
  format: Type.Literal(FORMAT),
  version: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(VERSION)]),
  created: Type.String(),
  counts: Counts,
});
export type Header = Static<typeof Header>;

/** Characters; ours are far shorter. */
const LONGEST_LINE = 128 * 2 ** 20;

/** Compresses lines as they come; the page never holds all of them. */
export function pack(lines: AsyncGenerator<string>): Promise<Blob> {
  const source = new ReadableStream<string>({
    pull: async (controller) => {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(`${value}\n`);
    },
  });
  const bytes = source.pipeThrough(new TextEncoderStream()).pipeThrough(new CompressionStream("gzip"));
  return new Response(bytes, { headers: { "content-type": "application/gzip" } }).blob();
}

/** The lines of a file; `onBytes` is told how many of its bytes have been read. UserError: it cannot be unpacked. */
export async function* unpack(blob: Blob, onBytes: (read: number) => void): AsyncGenerator<string> {
  let read = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      controller.enqueue(chunk);
      onBytes((read += chunk.byteLength));
    },
  });
  const reader = blob
    .stream()
    .pipeThrough(counted)
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))
    .getReader();
  const next = () =>
    reader.read().catch((error: unknown) => {
      throw new UserError(
        `This file is no database of AgentCoder, or it is damaged (${messageOf(error)}): export it again.`,
      );
    });
  let rest = "";
  try {
    for (let { done, value } = await next(); !done; { done, value } = await next()) {
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (rest.length > LONGEST_LINE)
        throw new UserError("This file has a line of more than 128 MiB, as no database has.");
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
