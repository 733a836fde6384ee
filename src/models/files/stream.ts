import { messageOf, UserError, type ModelFile } from "../../protocol/index.ts";
import { missing } from "./manifest.ts";
import type { Bytes, FileSource, Owner } from "./source.ts";

/**
 * A file's bytes from a position on, as they come. Where the server knows no ranges, what lies before is fetched once more
 * and dropped. UserError: the server cannot be reached or refuses, in one sentence.
 */
export async function* streamFrom(source: FileSource<Owner>, file: ModelFile, from: number): AsyncGenerator<Bytes> {
  const failed = (why: string) =>
    new UserError(
      `The file ${file.path} of ${source.spec.title} could not be fetched (${why}): check the connection and load the model again; what came whole is kept.`,
    );
  if (source.spec.origin === "file") throw missing(source.spec);
  let response: Response;
  const headers = from > 0 ? { Range: `bytes=${from}-` } : undefined;
  try {
    response = await source.fetch(new URL(file.url ?? file.path, source.baseUrl), headers && { headers });
  } catch (error) {
    throw failed(messageOf(error));
  }
  if (response.status === 401 || response.status === 403) {
    throw new UserError(
      `${source.spec.title} is gated: the hub gives ${file.path} only to who has signed in and accepted its licence. Download it there with your own account, then add the file on the Models page.`,
    );
  }
  if (!response.ok || !response.body) throw failed(`the server answered ${response.status}`);
  let toSkip = response.status === 206 ? 0 : from;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw failed(messageOf(error));
      });
      if (done) return;
      const rest = value.subarray(Math.min(toSkip, value.length));
      toSkip -= value.length - rest.length;
      if (rest.length > 0) yield rest;
    }
  } finally {
    // Whoever stops early lets the connection go.
    await reader.cancel().catch(() => {});
  }
}
