import { sha256, UserError } from "../../protocol/index.ts";
import {
  checkPaths,
  damaged,
  LARGEST,
  LARGEST_MANIFEST,
  MANIFEST,
  manifestText,
  MOST_FILES,
  parseManifest,
  shown,
  type Manifest,
} from "./manifest.ts";

/** A file of a bundle: `config.json`, `run.json`, `dataset.jsonl` with its card `dataset.md`, or `adapter/NAME`. */
export interface BundleFile {
  path: string;
  kind: Manifest["files"][number]["kind"];
  /** As they came: untrusted, and to be read by the parser of their kind. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a `.agentcoder` file holds. */
export interface Bundle {
  /** ISO time. */
  created: string;
  files: BundleFile[];
}

/**
 * Packs files into the bytes of a `.agentcoder` file, a zip; the same bundle gives the same bytes. Belongs into a worker
 * where there are adapters. UserError: a path that a bundle has not, twice the same, or too much.
 */
export async function packBundle({ created, files }: Bundle): Promise<Uint8Array<ArrayBuffer>> {
  checkPaths(files);
  const size = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (size > LARGEST) throw new UserError(`A bundle holds at most ${LARGEST / 2 ** 20} MiB: leave something out.`);
  const entries = await Promise.all(
    files.map(async ({ path, kind, bytes }) => ({ path, kind, sha256: await sha256(bytes), bytes: bytes.byteLength })),
  );
  const text = await manifestText(entries, created);
  // Read like a stranger's: what is written can be read.
  await parseManifest(text);
  const { zipSync } = await import("fflate");
  return zipSync(
    // Weights do not get smaller.
    Object.fromEntries([
      [MANIFEST, new TextEncoder().encode(text)],
      ...files.map(({ path, kind, bytes }) => [path, kind === "adapter" ? [bytes, { level: 0 }] : bytes]),
    ]),
    { mtime: new Date(2000, 0, 1) },
  );
}

/**
 * Reads a `.agentcoder` file of unknown origin. UserError in one sentence: no zip, another format, a path or name that no
 * bundle has, more than is allowed, a file that is missing, or one whose bytes are not those that were packed.
 */
export async function readBundle(packed: Uint8Array<ArrayBuffer>): Promise<Bundle> {
  if (packed.byteLength > LARGEST) throw tooLarge();
  const found = await unzip(packed);
  const text = found.get(MANIFEST);
  if (!text) throw new UserError("This zip is no bundle of AgentCoder: it has no manifest.json.");
  const { created, files } = await parseManifest(new TextDecoder().decode(text));
  const listed = new Set([MANIFEST, ...files.map(({ path }) => path)]);
  for (const path of found.keys()) {
    if (!listed.has(path))
      throw new UserError(`This bundle has a file that its manifest does not name: ${shown(path)}.`);
  }
  const read = files.map(async ({ path, kind, bytes, sha256: expected }): Promise<BundleFile> => {
    const content = found.get(path);
    if (!content) throw new UserError(`This bundle lacks ${path}: ask for it again.`);
    if (content.byteLength !== bytes || (await sha256(content)) !== expected) throw damaged(path);
    return { path, kind, bytes: content };
  });
  return { created, files: await Promise.all(read) };
}

/** The files of a zip by name. No more is unpacked than the sizes that it declares, and those are capped. */
async function unzip(packed: Uint8Array): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { unzipSync } = await import("fflate");
  const names = new Set<string>();
  let size = 0;
  let current: string | null = null;
  try {
    const files = unzipSync(packed, {
      filter: ({ name, originalSize }) => {
        if (names.has(name)) throw new UserError(`This bundle has two files called ${shown(name)}.`);
        if (names.add(name).size > MOST_FILES + 1)
          throw new UserError(`This bundle has more than ${MOST_FILES} files.`);
        size += originalSize;
        if (size > LARGEST || (name === MANIFEST && originalSize > LARGEST_MANIFEST)) throw tooLarge();
        current = name;
        return true;
      },
    });
    return new Map(Object.entries(files as Record<string, Uint8Array<ArrayBuffer>>));
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (current !== null) throw damaged(current);
    throw new UserError("This file is no bundle of AgentCoder: it is not a zip, or it was cut off.");
  }
}

function tooLarge(): UserError {
  return new UserError(`This bundle unpacks to more than ${LARGEST / 2 ** 20} MiB: it is no bundle of AgentCoder.`);
}
