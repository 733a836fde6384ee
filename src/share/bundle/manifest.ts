import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { canonicalJson, oneOf, sha256, UserError } from "../../protocol/index.ts";

export const MANIFEST = "manifest.json";
const FORMAT = "agentcoder-bundle";
const VERSION = 1;
/** Bytes of all files together, packed or not: adapters of small models are far below. */
export const LARGEST = 512 * 2 ** 20;
export const LARGEST_MANIFEST = 2 ** 20;
export const MOST_FILES = 256;

const KINDS = ["config", "dataset", "adapter", "run"] as const;
/** Where files of a kind may lie: nothing else is read, so no path leads out of the bundle. */
const PLACES: Record<(typeof KINDS)[number], RegExp> = {
  config: /^config\.json$/,
  dataset: /^dataset\.(jsonl|md)$/,
  adapter: /^adapter\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/,
  run: /^run\.json$/,
};

const Entry = Type.Object({
  path: Type.String({ maxLength: 120 }),
  kind: oneOf(KINDS),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  bytes: Type.Integer({ minimum: 0, maximum: LARGEST }),
});
const Manifest = Type.Object({
  format: Type.Literal(FORMAT),
  version: Type.Literal(VERSION),
  created: Type.String({ maxLength: 40 }),
  files: Type.Array(Entry, { maxItems: MOST_FILES }),
  /** Of the canonical JSON of the other fields: a zip's own checksums are not read. */
  sha256: Entry.properties.sha256,
});
export type Manifest = Static<typeof Manifest>;

/** A manifest as the text of its file. */
export async function manifestText(files: Manifest["files"], created: string): Promise<string> {
  const fields = { format: FORMAT, version: VERSION, created, files };
  return JSON.stringify({ ...fields, sha256: await sha256(canonicalJson(fields)) });
}

/** Reads a manifest of unknown origin. UserError: another format, a field is wrong, or a path is not one of a bundle. */
export async function parseManifest(text: string): Promise<Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(MANIFEST);
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== FORMAT)
    throw new UserError("This zip is no bundle of AgentCoder: its manifest.json has another format.");
  if (version !== VERSION) {
    throw new UserError(
      `This bundle has format ${typeof version === "number" ? version : "unknown"}, but this version reads format ${VERSION}: update AgentCoder.`,
    );
  }
  if (!Value.Check(Manifest, value)) {
    const [first] = Value.Errors(Manifest, value);
    const field = first?.instancePath.slice(1).replaceAll("/", ".") || "it";
    throw new UserError(`This bundle's manifest.json cannot be read (${field} ${first?.message ?? "is not valid"}).`);
  }
  checkPaths(value.files);
  const { sha256: expected, ...fields } = value;
  if ((await sha256(canonicalJson(fields))) !== expected) throw damaged(MANIFEST);
  return value;
}

/** The sentence for a file whose bytes are not those that were packed; its name comes from the zip, so it is cut. */
export function damaged(path: string): UserError {
  return new UserError(`${shown(path)} in this bundle is not as it was packed: ask for the bundle again.`);
}

export function shown(name: string): string {
  return name.length > 120 ? `${name.slice(0, 120)}…` : name;
}

/** UserError: a path that a file of its kind cannot have, or two files of one path. */
export function checkPaths(files: readonly Pick<Static<typeof Entry>, "path" | "kind">[]): void {
  if (files.length > MOST_FILES)
    throw new UserError(`A bundle has at most ${MOST_FILES} files, and this has ${files.length}.`);
  const seen = new Set<string>();
  for (const { path, kind } of files) {
    if (!PLACES[kind].test(path)) {
      throw new UserError(
        `A bundle has no ${kind} at "${shown(path)}": its files are config.json, dataset.jsonl, dataset.md, run.json and adapter/NAME.`,
      );
    }
    if (seen.has(path)) throw new UserError(`This bundle has two files called ${path}.`);
    seen.add(path);
  }
}
