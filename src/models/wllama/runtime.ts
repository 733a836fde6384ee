import {
  UserError,
  type Adapter,
  type Capabilities,
  type Dtype,
  type GenerateOptions,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type LoadOptions,
  type ModelSpec,
} from "../../protocol/index.ts";
import { ActiveAdapter } from "../adapters/active.ts";
import { fetchBlobs, fetchFiles, fetchManifest, hashFiles, openModelCache, selectGguf } from "../files/index.ts";
import { threadsFor } from "../threads.ts";
import { WllamaEngine, type LoadedFile } from "./engine.ts";
import { readGguf } from "./gguf.ts";
import { modelShape, readVocabulary } from "./shape.ts";

const CAPABILITIES: Capabilities = {
  tokenIds: true,
  logits: true,
  prefill: true,
  ban: true,
  grammar: false,
  topK: true,
  adapters: true,
  // Rows side by side would not be faster on WASM, and llama.cpp drops a request beyond its slots.
  batch: false,
  seed: true,
};

/**
 * Loads a GGUF model into llama.cpp, which runs in a worker of the library. Aborting rejects with the signal's reason.
 * UserError: no such file or device, or llama.cpp does not take it.
 */
export async function loadWllama(spec: ModelSpec, options: LoadOptions): Promise<LoadedModel> {
  const { signal, onProgress = () => {} } = options;
  signal?.throwIfAborted();
  if (options.device === "webgpu") {
    throw new UserError(
      `${spec.title} runs on WASM on the runtime wllama: choose the device WASM, or another runtime.`,
    );
  }
  const warnings = new Set<string>();
  const baseUrl = new URL(spec.baseUrl, document.baseURI).href;
  const source = {
    spec,
    baseUrl,
    fetch: ((input, init) => fetch(input, { ...init, ...(signal && { signal }) })) as typeof fetch,
    cache: spec.origin === "bundled" ? null : await openModelCache(spec, baseUrl),
    onProgress,
    onWarning: (sentence: string) => void warnings.add(sentence),
  };
  try {
    const { dtype, file } = selectGguf(spec, await fetchManifest(source), options.dtype);
    // What is kept stays on the disk: such files are large.
    const fetched = source.cache ? await fetchBlobs(source, [file]) : await fetchFiles(source, [file]);
    signal?.throwIfAborted();
    onProgress({ stage: "compile", loadedBytes: file.bytes, totalBytes: file.bytes });
    const loaded = await readFile(spec, new Blob([fetched.get(file.path)!]));
    const engine = new WllamaEngine(loaded, {
      wasmUrl: new URL("runtime/wllama/wllama.wasm", document.baseURI).href,
      threads: threadsFor(spec.parameters),
      context: Math.min(spec.context, loaded.shape.context),
    });
    await engine.open();
    if (signal?.aborted) await engine.dispose();
    signal?.throwIfAborted();
    onProgress({ stage: "ready", loadedBytes: 1, totalBytes: 1 });
    return new WllamaModel(spec, engine, { dtype, sha256: await hashFiles([file]), warnings: [...warnings] }, true);
  } catch (error) {
    // A download that was aborted says that it could not be fetched.
    signal?.throwIfAborted();
    throw error;
  }
}

/** More than the head of any GGUF file: its vocabulary is the largest part. */
const HEAD_BYTES = 64 * 2 ** 20;

async function readFile(spec: ModelSpec, blob: Blob): Promise<LoadedFile> {
  const place = `The file of ${spec.title}`;
  const gguf = readGguf(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()), place);
  const [shape, vocabulary] = [modelShape(gguf, place), readVocabulary(gguf, place)];
  return { spec, blob, gguf, shape, vocabulary };
}

interface Report {
  dtype: Dtype;
  sha256: string;
  warnings: string[];
}

/** The model; those made by `withAdapter` share its engine. */
class WllamaModel implements LoadedModel {
  readonly capabilities = CAPABILITIES;
  readonly device = "wasm";
  readonly dtype;
  readonly sha256;
  readonly fallback = null;
  readonly warnings;
  private readonly active: ActiveAdapter;

  constructor(
    readonly spec: ModelSpec,
    private readonly engine: WllamaEngine,
    private readonly report: Report,
    private readonly owner: boolean,
  ) {
    this.active = new ActiveAdapter(engine);
    ({ dtype: this.dtype, sha256: this.sha256, warnings: this.warnings } = report);
  }

  generate(requests: GenerateRequest[], { signal, onText }: GenerateOptions = {}): Promise<Generation[]> {
    return Promise.all(
      requests.map((request, index) =>
        this.engine.generate(
          { adapter: this.active.use, ...request },
          { signal, onText: onText && ((delta) => onText(index, delta)) },
        ),
      ),
    );
  }

  useAdapter(adapter: Adapter | null, scale?: number): Promise<void> {
    return this.active.change(adapter, scale);
  }

  async withAdapter(adapter: Adapter, scale = 1): Promise<LoadedModel> {
    const other = new WllamaModel(this.spec, this.engine, this.report, false);
    await other.useAdapter(adapter, scale);
    return other;
  }

  async dispose(): Promise<void> {
    if (this.owner) await this.engine.dispose();
    else await this.useAdapter(null);
  }
}
