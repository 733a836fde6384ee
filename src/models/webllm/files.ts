import { hashFiles, messageOf, sha256, UserError, type ModelFile } from "../../protocol/index.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A model's files in MLC's format, as addresses. */
interface MlcPlaces {
  title: string;
  /** Of its directory, with a slash at the end. */
  directory: string;
  library: string;
}

/** What its small files say, read before the engine loads the rest. */
export interface MlcTexts {
  /** mlc-chat-config.json. */
  config: Record<string, unknown>;
  tokenizer: Record<string, unknown>;
  /** Empty where the model has none. */
  tokenizerConfig: Record<string, unknown>;
  /** The names of these files. */
  names: string[];
  /** The files of weights, with their sizes, as tensor-cache.json lists them. */
  shards: { path: string; bytes: number }[];
}

const CONFIG = "mlc-chat-config.json";
const MANIFEST = "tensor-cache.json";
const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";

/** An MLC repository's directory: WebLLM takes a repository's address for its main branch. */
export function directoryOf(model: string): string {
  const address = model.endsWith("/") ? model : `${model}/`;
  return /.+\/resolve\/.+\//.test(address) ? address : `${address}resolve/main/`;
}

/** Reads a model's small files. UserError: one of them cannot be had, or is not what it should be. */
export async function readTexts(places: MlcPlaces): Promise<MlcTexts> {
  const json = async (path: string) => {
    const text = new TextDecoder().decode(await read(places, path));
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      throw new UserError(`The file ${path} of ${places.title} is no JSON: its address may be wrong.`);
    }
  };
  const config = await json(CONFIG);
  const configured = [config.tokenizer_files].flat().includes(TOKENIZER_CONFIG);
  const { records } = await json(MANIFEST);
  if (!Array.isArray(records) || !records.every(isShard)) {
    throw new UserError(`The file ${MANIFEST} of ${places.title} cannot be read: convert the model again.`);
  }
  return {
    config,
    tokenizer: await json(TOKENIZER),
    tokenizerConfig: configured ? await json(TOKENIZER_CONFIG) : {},
    names: [CONFIG, MANIFEST, TOKENIZER, ...(configured ? [TOKENIZER_CONFIG] : [])],
    shards: records.map(({ dataPath, nbytes }) => ({ path: dataPath, bytes: nbytes })),
  };
}

/**
 * The model's identity: sha256 over every file that tokens depend on, the weights and the compiled library included. What
 * the engine keeps in the browser's Cache Storage is what it loaded, and is read again for this.
 */
export async function hashModel(
  places: MlcPlaces,
  { names, shards }: MlcTexts,
  onBytes: (loaded: number) => void,
): Promise<string> {
  const files: ModelFile[] = [];
  let loaded = 0;
  for (const path of [...names, ...shards.map((shard) => shard.path), places.library]) {
    const data = await read(places, path);
    // The same library may come from elsewhere, so that its address is no part of what it is.
    const name = path === places.library ? "library.wasm" : path;
    files.push({ path: name, bytes: data.byteLength, sha256: await sha256(data) });
    onBytes((loaded += data.byteLength));
  }
  return hashFiles(files);
}

/** A file as the engine has it: the kept one, else from the network (WebLLM keeps no library that comes from localhost). */
async function read({ title, directory }: MlcPlaces, path: string): Promise<Bytes> {
  const url = new URL(path, directory).href;
  const failed = (why: string) =>
    new UserError(
      `The file ${path} of ${title} could not be fetched from ${new URL(url).host} (${why}): check the connection and load the model again; what came whole is kept.`,
    );
  let response: Response;
  try {
    response = (await caches.match(url)) ?? (await fetch(url));
  } catch (error) {
    throw failed(messageOf(error));
  }
  if (!response.ok) throw failed(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function isShard(value: unknown): value is { dataPath: string; nbytes: number } {
  const { dataPath, nbytes } = (value ?? {}) as { dataPath?: unknown; nbytes?: unknown };
  return typeof dataPath === "string" && typeof nbytes === "number";
}
