import { messageOf, sha256, UserError, type Dtype, type ModelFile, type ModelSpec } from "../../protocol/index.ts";
import { belongsTo, TEXTS, type Manifest } from "./manifest.ts";
import type { Bytes, FileSource, Owner } from "./source.ts";

/** A file as the hub lists it. Small ones have no sha256 there, but the name that git gives their bytes. */
interface HubFile {
  path: string;
  bytes: number;
  sha256: string | null;
  gitName: string | null;
}

/** What a hub says about a repository at one revision. Everything in it is untrusted. */
export interface HubListing {
  repository: string;
  /** The commit. */
  revision: string;
  license: string | null;
  files: HubFile[];
  /** Everything else that it says, e.g. `gguf` and `config`. */
  said: Record<string, unknown>;
}

/**
 * Asks a hub what a repository holds: `/api/models/REPOSITORY/revision/REVISION?blobs=true`, as huggingface.co and its
 * mirrors answer it. UserError in one sentence: no such repository, a gated one, or no hub.
 */
export async function askHub(
  hubUrl: string,
  repository: string,
  revision: string,
  fetcher: typeof fetch,
): Promise<HubListing> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new UserError(`"${repository.slice(0, 80)}" is no repository of a hub: write it as OWNER/NAME.`);
  }
  const host = new URL(hubUrl).host;
  let response: Response;
  try {
    response = await fetcher(
      new URL(`api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`, hubUrl),
    );
  } catch (error) {
    throw new UserError(`The hub ${host} cannot be reached (${messageOf(error)}): check the connection.`);
  }
  if (response.status === 401 || response.status === 403) throw notReadable(repository, host, response.status);
  if (response.status === 404) {
    throw new UserError(`${host} has no repository ${repository} with the revision ${revision}: check its name.`);
  }
  if (!response.ok)
    throw new UserError(`The hub ${host} answered ${response.status} for ${repository}: try again later.`);
  const said = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const listing = said && readListing(repository, said);
  if (!listing) throw new UserError(`What ${host} answered about ${repository} is no listing of files: is it a hub?`);
  if (said.gated && said.gated !== false) throw notReadable(repository, host, 403);
  return listing;
}

function notReadable(repository: string, host: string, status: number): UserError {
  return new UserError(
    `${repository} is not open to everybody on ${host} (${status}): it is gated, private, or not there. Accept its licence there, download it with your own account, then add the files on the Models page.`,
  );
}

function readListing(repository: string, said: Record<string, unknown>): HubListing | null {
  const { sha, siblings, cardData } = said as { sha?: unknown; siblings?: unknown; cardData?: { license?: unknown } };
  if (typeof sha !== "string" || !/^[0-9a-f]{7,64}$/.test(sha) || !Array.isArray(siblings)) return null;
  const license = cardData?.license;
  return {
    repository,
    revision: sha,
    license: typeof license === "string" ? license : null,
    files: siblings.flatMap((sibling) => readFile(sibling) ?? []),
    said,
  };
}

function readFile(value: unknown): HubFile | null {
  const { rfilename, size, lfs, blobId } = (value ?? {}) as Record<string, unknown>;
  const { sha256: hash } = (lfs ?? {}) as { sha256?: unknown };
  // A path that leads out of its folder, or that a manifest could not name, is none of ours.
  if (typeof rfilename !== "string" || !/^(?!\/)(?!.*\.\.)[\w./+-]+$/.test(rfilename)) return null;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return null;
  return {
    path: rfilename,
    bytes: size,
    sha256: typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash) ? hash : null,
    gitName: typeof blobId === "string" && /^[0-9a-f]{40}$/.test(blobId) ? blobId : null,
  };
}

/** The manifest of a hub's model at the commit that its revision stands for now. */
export async function hubManifest(source: FileSource): Promise<Manifest> {
  const { spec, baseUrl } = source;
  const { hub } = spec;
  if (!hub) throw new UserError(`${spec.title} is fetched by its runtime itself when it is loaded for the first time.`);
  const listing = await askHub(baseUrl, hub.repository, hub.revision, source.fetch);
  const byDtype = wantedFiles(spec, listing.files);
  if (byDtype.length === 0) {
    const names = Object.values(hub.files).join(", ");
    throw new UserError(
      `${hub.repository} has none of the files that ${spec.title} needs (${names}): they were renamed or removed there. Add the repository by hand on the Models page.`,
    );
  }
  const texts = spec.runtime === "transformers" ? listing.files.filter(({ path }) => TEXTS.includes(path)) : [];
  const wanted = [...new Set([...byDtype.flatMap(([, files]) => files), ...texts])];
  const files: ModelFile[] = [];
  for (const file of wanted) files.push(await described(source, listing, file));
  return {
    id: spec.id,
    files,
    dtypes: byDtype.map(([dtype]) => dtype),
    revision: listing.revision,
    license: listing.license,
  };
}

/** For each dtype that is there: the file that it names and what belongs to it, a graph's data or the parts of a GGUF. */
function wantedFiles({ hub }: ModelSpec, listed: readonly HubFile[]): [Dtype, HubFile[]][] {
  return Object.entries(hub?.files ?? {}).flatMap(([dtype, name]) => {
    const files = listed.filter(({ path }) => belongsTo(name, path));
    return files.some(({ path }) => path === name) ? [[dtype as Dtype, files]] : [];
  });
}

/** A listed file with its sha256. One that has none there is small: it is fetched, held against git's name, and kept. */
async function described(source: FileSource<Owner>, listing: HubListing, file: HubFile): Promise<ModelFile> {
  const { path, bytes } = file;
  const url = fileUrl(source.baseUrl, listing, path);
  if (file.sha256) return { path, bytes, sha256: file.sha256, url };
  const response = await source.fetch(url).catch(() => null);
  const data = response?.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  if (!data) {
    throw new UserError(
      `The file ${path} of ${listing.repository} could not be fetched (${response?.status ?? "no answer"}): try again.`,
    );
  }
  if (data.length !== bytes || (file.gitName && (await gitName(data)) !== file.gitName)) {
    throw new UserError(`The file ${path} of ${listing.repository} is not what the hub lists: try again later.`);
  }
  const hash = await sha256(data);
  await source.cache?.put(hash, data);
  return { path, bytes, sha256: hash, url };
}

/** The manifest entries of some of the files that a repository lists. */
export function listedFiles(
  source: FileSource<Owner>,
  listing: HubListing,
  files: HubListing["files"],
): Promise<ModelFile[]> {
  return Promise.all(files.map((file) => described(source, listing, file)));
}

function fileUrl(hubUrl: string, { repository, revision }: HubListing, path: string): string {
  return new URL(`${repository}/resolve/${revision}/${path.split("/").map(encodeURIComponent).join("/")}`, hubUrl).href;
}

/** git's name of a blob: sha1 over `blob LENGTH\0` and its bytes. */
async function gitName(data: Bytes): Promise<string> {
  const head = new TextEncoder().encode(`blob ${data.length}\0`);
  const digest = await crypto.subtle.digest("SHA-1", await new Blob([head, data]).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
