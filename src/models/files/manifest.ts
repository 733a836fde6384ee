import { UserError, type Dtype, type ModelFile, type ModelSpec } from "../../protocol/index.ts";
import type { Owner } from "./source.ts";

/** What a model directory says about itself. */
export interface Manifest {
  id: string;
  files: ModelFile[];
  dtypes: Dtype[];
  /** The hub's commit that they were found at. */
  revision?: string;
  /** As the hub says it; untrusted. */
  license?: string | null;
}

/** The graph file of each dtype, in the layout that the field shares. */
export const GRAPHS: Record<Dtype, string> = {
  fp32: "onnx/model.onnx",
  fp16: "onnx/model_fp16.onnx",
  q8: "onnx/model_quantized.onnx",
  q4: "onnx/model_q4.onnx",
  q4f16: "onnx/model_q4f16.onnx",
};
/** What a model needs beside its graph. */
export const TEXTS = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];

/** The files that one dtype needs. `data` are the graph's external weights, by the name that the graph knows them by. */
export interface ModelFiles {
  graph: ModelFile;
  data: ModelFile[];
  texts: ModelFile[];
  all: ModelFile[];
}

/** The files of a dtype; a UserError when the manifest lacks one. */
export function selectFiles(manifest: Manifest, dtype: Dtype): ModelFiles {
  const find = (path: string) => manifest.files.find((file) => file.path === path);
  const need = (path: string) => {
    const file = find(path);
    if (file) return file;
    const way = manifest.revision === undefined ? "prepare it again" : "choose another dtype, or another repository";
    throw new UserError(`The model ${manifest.id} has no ${path}: ${way}.`);
  };
  const graph = need(GRAPHS[dtype]);
  const data = manifest.files.filter((file) => file.path.startsWith(`${graph.path}_data`));
  // generation_config.json is optional in the field; the other three are not.
  const texts = TEXTS.flatMap((path) => {
    const file = path === "generation_config.json" ? find(path) : need(path);
    return file ? [file] : [];
  });
  return { graph, data, texts, all: [graph, ...data, ...texts] };
}

/** The files of a dtype of any runtime: those of `selectFiles`, or the weights that the model names and their other parts. */
export function filesOf(spec: ModelSpec, manifest: Manifest, dtype: Dtype): ModelFile[] {
  if (spec.runtime === "transformers") return selectFiles(manifest, dtype).all;
  // The companion server lays a GGUF file beside the graphs under a name of our own.
  const name = spec.hub ? spec.hub.files[dtype] : `gguf/model-${dtype}.gguf`;
  return manifest.files.filter(({ path }) => name !== undefined && belongsTo(name, path));
}

/** Whether a file is a named one or belongs to it: a graph's external data, or the other parts of a GGUF that was split. */
export function belongsTo(name: string, path: string): boolean {
  if (path === name || path.startsWith(`${name}_data`)) return true;
  const split = /^(.*-)00001(-of-\d+\.gguf)$/.exec(name);
  return split !== null && path.startsWith(split[1]!) && path.endsWith(split[2]!);
}

/** Reads manifest.json's text; a UserError that says what is wrong with it. */
export function parseManifest(spec: ModelSpec, text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A static host may answer a missing file with its index page.
    throw missing(spec);
  }
  const { files, dtypes, revision, license } = (value ?? {}) as Record<string, unknown>;
  if (!Array.isArray(files) || !files.every(isFile) || !Array.isArray(dtypes) || !dtypes.every(isDtype)) {
    throw new UserError(`The manifest of ${spec.id} cannot be read: prepare the model again.`);
  }
  return {
    id: spec.id,
    files: files.map((file) => onlyBelow(spec, file)),
    dtypes,
    ...(typeof revision === "string" && { revision }),
    ...(typeof license === "string" && { license }),
  };
}

/** The sentence for a model that is not there: what to do depends on where it comes from. */
export function missing(spec: Owner, cause = ""): UserError {
  const because = cause ? ` (${cause})` : "";
  if (spec.origin === "file") {
    return new UserError(
      `The files of ${spec.title} are no longer in this browser: add them again on the Models page.`,
    );
  }
  return new UserError(
    spec.origin === "server"
      ? `${spec.title} is not prepared yet${because}: start the companion server with \`npm start\` and press Prepare, or run \`npx agentcoder models prepare ${spec.id}\`.`
      : `The files of ${spec.title} are not at ${spec.baseUrl}${because}: reload the page, or build it again with its models.`,
  );
}

/** Only what was found on a hub may name an address elsewhere. */
function onlyBelow({ origin }: ModelSpec, { path, bytes, sha256, url }: ModelFile): ModelFile {
  const elsewhere = origin === "hub" && typeof url === "string" && /^https?:/.test(url);
  return { path, bytes, sha256, ...(elsewhere && { url }) };
}

function isFile(value: unknown): value is ModelFile {
  const { path, bytes, sha256: hash } = (value ?? {}) as Partial<Record<keyof ModelFile, unknown>>;
  return (
    typeof path === "string" &&
    // A manifest may only name files below its own directory.
    /^(?!\/)(?!.*\.\.)[\w./+-]+$/.test(path) &&
    typeof bytes === "number" &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0 &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash)
  );
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && value in GRAPHS;
}
