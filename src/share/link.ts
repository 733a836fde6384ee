import { UserError } from "../protocol/index.ts";
import { compress, decompress, fromBase64Url, toBase64Url } from "./compress.ts";
import { parsePayload, type SharePayload } from "./payload.ts";

/** Written before the payload, so that a later format is told apart and not misread. */
const VERSION = "1";
const LARGEST_COMPRESSED = 16 * 1024;
const LARGEST = 256 * 1024;

/** A payload as the text of a link: version, dot, compressed JSON in base64url. UserError: too large for a link. */
export async function encodeLink(payload: SharePayload): Promise<string> {
  // Read like a stranger's: what is written is what can be read, and nothing else is carried.
  const bytes = await compress(JSON.stringify(parsePayload(payload)));
  if (bytes.byteLength > LARGEST_COMPRESSED) {
    throw new UserError("This run is too large for a link: share its run.json instead.");
  }
  return `${VERSION}.${toBase64Url(bytes)}`;
}

/** Reads a link's text. Sizes are capped before and while unpacking. UserError in one sentence for anything else. */
export async function decodeLink(text: string): Promise<SharePayload> {
  const [, version, body = ""] = /^(\d{1,4})\.([\w-]*)$/.exec(text.slice(0, 2 * LARGEST_COMPRESSED).trim()) ?? [];
  if (version === undefined) {
    throw new UserError("This is not a share link of AgentCoder, or part of it is missing: copy the whole link again.");
  }
  if (version !== VERSION) {
    throw new UserError(
      `This link has format ${version}, but this version reads format ${VERSION}: update AgentCoder.`,
    );
  }
  if (body.length > Math.ceil((LARGEST_COMPRESSED * 4) / 3)) {
    throw new UserError(`This link is larger than ${LARGEST_COMPRESSED / 1024} KiB: it is not a link of AgentCoder.`);
  }
  return parsePayload(await unpack(body));
}

async function unpack(body: string): Promise<unknown> {
  try {
    return JSON.parse(await decompress(fromBase64Url(body), LARGEST));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("This link is damaged or cut off: copy the whole link again.");
  }
}
