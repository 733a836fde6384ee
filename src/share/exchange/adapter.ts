import {
  ADAPTER_FILES,
  readAdapterConfig,
  UserError,
  type AdapterFiles,
  type ModelSpec,
} from "../../protocol/index.ts";
import type { Store } from "../../store/index.ts";
import { decoderShape, guessBase, locateAdapter, openAdapter, readLora } from "../../models/adapters/index.ts";
import { LARGEST } from "../bundle/manifest.ts";

/** A file that a person gave, and where it lay: a folder's files have its name in their paths. */
export interface GivenFile {
  path: string;
  file: File;
}

/** An adapter among the files that a person gave. */
export interface FoundAdapter {
  /** What it may be called: by its folder or zip. */
  name: string;
  /** Id of the model that it says it was trained on; null: it names none that is known here. */
  guess: string | null;
  /** What it says that it was trained on. Untrusted text. */
  said: string | null;
  /** adapter_config.json. Untrusted. */
  config: Record<string, unknown>;
  /** Of both files. */
  bytes: number;
  files: AdapterFiles;
}

/** What became of an adapter that was imported. */
export interface KeptAdapter {
  sha256: string;
  /** What it is called here, and for which model: as before, where it was here already. */
  name: string;
  baseModel: string;
  isNew: boolean;
}

/** Finds the adapter among given files: a folder's, a zip, or its two files. UserError in one sentence: what is wrong. */
export async function findAdapter(given: readonly GivenFile[], models: readonly ModelSpec[]): Promise<FoundAdapter> {
  const [first] = given;
  if (!first) throw new UserError("There was no file in what was given: choose the folder that PEFT wrote.");
  const what = given.length === 1 ? first.file.name : folderOf(given) || "What was chosen";
  const zipped = given.length === 1 && (await first.file.slice(0, 2).text()) === "PK";
  const content = zipped ? await unzip(first.file) : new Map(given.map(({ path, file }) => [path, file]));
  const { paths, folder } = locateAdapter([...content.keys()], what);
  const [config, weights] = ADAPTER_FILES.map((name) => content.get(paths[name])!);
  const files = { "adapter_config.json": await bytesOf(config!), "adapter_model.safetensors": await bytesOf(weights!) };
  const parsed = readAdapterConfig(files["adapter_config.json"]);
  if (!parsed) throw new UserError(`The adapter_config.json in ${what} is no JSON object: copy it again.`);
  const said = parsed.base_model_name_or_path;
  return {
    name: (folder || (zipped ? first.file.name.replace(/\.\w+$/, "") : "")).slice(0, 120) || "adapter",
    guess: guessBase(parsed, models),
    said: typeof said === "string" && said !== "" ? said : null,
    config: parsed,
    bytes: files["adapter_config.json"].byteLength + files["adapter_model.safetensors"].byteLength,
    files,
  };
}

/**
 * Keeps an adapter for a model. Where the model's configuration lies beside the page, whose address is `base`, the weights
 * must fit it; else that is told when the adapter is used. UserError in one sentence: it does not fit, or is of another kind.
 */
export async function keepAdapter(
  store: Store,
  { files, name, model, base }: { files: AdapterFiles; name: string; model: ModelSpec; base: string },
): Promise<KeptAdapter> {
  const adapter = await openAdapter(files, name, model.id);
  const config = await readModelConfig(new URL(model.baseUrl, base));
  if (config) readLora(adapter, decoderShape(config));
  const isNew = await store.saveAdapter({ ...adapter, configFile: files["adapter_config.json"] });
  const here = (await store.listAdapters()).find(({ sha256 }) => sha256 === adapter.sha256);
  return { sha256: adapter.sha256, name: here?.name ?? name, baseModel: here?.baseModel ?? model.id, isNew };
}

/** The two files of an adapter as a zip, byte for byte. */
export async function zipAdapter(files: AdapterFiles): Promise<Uint8Array<ArrayBuffer>> {
  const { zipSync } = await import("fflate");
  const [config, weights] = ADAPTER_FILES;
  // Weights do not get smaller.
  const content = { [config]: files[config], [weights]: [files[weights], { level: 0 }] as [Uint8Array, { level: 0 }] };
  return zipSync(content, { mtime: new Date(2000, 0, 1) });
}

/** null: the model is not prepared, or lies elsewhere. */
async function readModelConfig(directory: URL): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(new URL("config.json", directory));
    // A static host may answer a missing file with its index page.
    return response.ok ? readAdapterConfig(new Uint8Array(await response.arrayBuffer())) : null;
  } catch {
    return null;
  }
}

/** The files of a zip by name; only those of adapters are unpacked. */
async function unzip(zip: File): Promise<Map<string, Uint8Array<ArrayBuffer> | null>> {
  if (zip.size > LARGEST) throw tooLarge(zip.name);
  const { unzipSync } = await import("fflate");
  const packed = new Uint8Array(await zip.arrayBuffer());
  const names = new Map<string, Uint8Array<ArrayBuffer> | null>();
  let size = 0;
  try {
    const unpacked = unzipSync(packed, {
      filter: ({ name, originalSize }) => {
        names.set(name, null);
        const isWanted = ADAPTER_FILES.some((file) => name.split(/[\\/]/).at(-1) === file);
        if (isWanted && (size += originalSize) > LARGEST) throw tooLarge(zip.name);
        return isWanted;
      },
    });
    for (const [name, bytes] of Object.entries(unpacked)) names.set(name, bytes as Uint8Array<ArrayBuffer>);
    return names;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${zip.name} is no zip that can be read, or it was cut off: copy it again.`);
  }
}

async function bytesOf(content: File | Uint8Array<ArrayBuffer> | null): Promise<Uint8Array<ArrayBuffer>> {
  if (!(content instanceof File)) return content ?? new Uint8Array();
  if (content.size > LARGEST) throw tooLarge(content.name);
  return new Uint8Array(await content.arrayBuffer());
}

function folderOf(given: readonly GivenFile[]): string {
  const [folder = "", ...rest] = given[0]?.path.split("/") ?? [];
  return rest.length > 0 ? folder : "";
}

function tooLarge(name: string): UserError {
  return new UserError(`${name} is larger than ${LARGEST / 2 ** 20} MiB, which no adapter of these models is.`);
}
