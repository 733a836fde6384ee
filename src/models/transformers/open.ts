import { UserError, type Device, type Dtype, type LoadProgress, type ModelSpec } from "../../protocol/index.ts";
import { Decoder, grammarOpener, type DecoderModel, type Session } from "../decoding/index.ts";
import { decoderShape, type DecoderShape } from "../adapters/index.ts";
import { fetchFiles, hashFiles, selectFiles, type FileSource, type Manifest, type ModelFiles } from "../files/index.ts";
import { endIds } from "../formats/index.ts";
import { GraphSession } from "./graph.ts";
import { withRoom } from "./lora-graph.ts";
import { LoraInputs } from "./lora-inputs.ts";
import { isPlaced, PlacedSession } from "./placed.ts";
import { loadOnnxRuntime, type OnnxRuntime } from "./onnxruntime.ts";
import { limitWidth, soundWidth } from "./soundness.ts";
import { openTokenizer, type ByteLevelTokenizer } from "./tokenizer.ts";

/** A model that is ready to decode. */
export interface OpenModel {
  decoder: Decoder;
  sha256: string;
  /** Requests that it decodes together. */
  width: number;
  /** What an adapter must fit. */
  shape: DecoderShape;
  /** Its adapters; null where it was opened without room for them. */
  adapters: LoraInputs | null;
  /** Resolves with the reason when the GPU is lost; never where there is none. */
  lost: Promise<string>;
  dispose(): Promise<void>;
}

export interface OpenOrder {
  spec: ModelSpec;
  manifest: Manifest;
  device: Device;
  dtype: Dtype;
  /** Absolute URL of `runtime/ort/`. */
  runtimeUrl: string;
  threads: number;
  /** Whether it is opened with room for adapters, which makes every pass a little slower. */
  room: boolean;
}

/** Rows that are decoded together keep their keys and values below a size; at a usual length so many fit. */
const WIDEST = 24;
const ROW_TOKENS = 512;
/** For each GiB of the machine's memory, of which browsers tell at most 8; those that tell nothing are taken to have 4. */
const ROWS_BYTES = 80 * 2 ** 20;

type Files = Map<string, Uint8Array<ArrayBuffer>>;

/** Fetches a model's files and opens its graph on a device. */
export async function openModel(
  order: OpenOrder,
  source: FileSource,
  onProgress: (progress: LoadProgress) => void,
): Promise<OpenModel> {
  const { spec, manifest, device, dtype } = order;
  const chosen = selectFiles(manifest, dtype);
  const files = await fetchFiles(source, chosen.all);
  const totalBytes = chosen.all.reduce((sum, file) => sum + file.bytes, 0);
  onProgress({ stage: "compile", loadedBytes: totalBytes, totalBytes });
  const config = readJson(spec, files, "config.json");
  const ort = await loadOnnxRuntime(device, order.runtimeUrl, order.threads);
  const shape = decoderShape(config);
  const roomy = order.room ? withRoom(files.get(chosen.graph.path)!, shape) : null;
  if (roomy) files.set(chosen.graph.path, roomy.bytes);
  const adapters = roomy && new LoraInputs(ort.Tensor, shape, roomy.half);
  const opened = await createSession(ort, device, chosen, files);
  const graph = isPlaced(opened)
    ? new PlacedSession(opened, ort.Tensor, config, adapters, device === "wasm")
    : new GraphSession(opened, ort.Tensor, config, adapters);
  const tokenizer = openTokenizer(
    readJson(spec, files, "tokenizer.json"),
    readJson(spec, files, "tokenizer_config.json"),
  );
  const session: Session = device === "webgpu" ? await soundSession(graph, tokenizer) : graph;
  const generation = files.has("generation_config.json") ? readJson(spec, files, "generation_config.json") : config;
  const ends = endIds(spec.promptFormat, [generation.eos_token_id], (token) => tokenizer.idOf(token));
  const model: DecoderModel = {
    id: spec.id,
    session,
    encoder: tokenizer,
    vocabulary: tokenizer.vocabulary,
    format: spec.promptFormat,
    context: Math.min(spec.context, asNumber(config.max_position_embeddings) ?? spec.context),
    ...(graph instanceof PlacedSession ? roomFor(graph.bytesPerToken) : { width: 1 }),
    ends,
    openGrammar: grammarOpener(tokenizer.vocabulary, ends),
  };
  const decoder = new Decoder(model);
  const width = session.advance ? model.width : 1;
  const lost = device === "webgpu" ? gpuLoss(ort) : new Promise<string>(() => {});
  return {
    decoder,
    sha256: await hashFiles(chosen.all),
    width,
    shape,
    adapters,
    lost,
    dispose: async () => {
      decoder.dispose();
      await session.dispose();
    },
  };
}

/** What fits into memory together. */
function roomFor(bytesPerToken: number): Pick<DecoderModel, "width" | "room"> {
  const { deviceMemory = 4 } = navigator as { deviceMemory?: number };
  const room = Math.floor((ROWS_BYTES * deviceMemory) / bytesPerToken);
  return { width: Math.max(1, Math.min(WIDEST, Math.floor(room / ROW_TOKENS))), room };
}

function createSession(ort: OnnxRuntime, device: Device, chosen: ModelFiles, files: Files) {
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  return ort.InferenceSession.create(files.get(chosen.graph.path)!, {
    executionProviders: [device],
    externalData: chosen.data.map((file) => ({ path: name(file.path), data: files.get(file.path)! })),
    // Folds the small stored weights to what the device computes with, once.
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Keys and values stay on the GPU between passes; logits are read back where they are needed.
    ...(device === "webgpu" && { preferredOutputLocation: "gpu-buffer" as const }),
  });
}

/** The graph at a width at which this GPU computes right; throws where there is none. */
async function soundSession(graph: Session, tokenizer: ByteLevelTokenizer): Promise<Session> {
  const width = await soundWidth(graph, tokenizer.vocabulary.size);
  if (width !== null) return limitWidth(graph, width);
  await graph.dispose();
  throw new Error("its GPU driver computes prompts and single tokens differently");
}

async function gpuLoss(ort: OnnxRuntime): Promise<string> {
  const device = await ort.env.webgpu.device;
  const info = await device.lost;
  return info.message || info.reason || "no reason was given";
}

function readJson(spec: ModelSpec, files: Files, path: string): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(files.get(path))) as Record<string, unknown>;
  } catch {
    throw new UserError(`The file ${path} of ${spec.title} is no JSON: prepare the model again.`);
  }
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
