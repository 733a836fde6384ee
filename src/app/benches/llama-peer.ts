import type { Wllama } from "@wllama/wllama/esm/index.js";
import { pool } from "../../evaluation/pool.ts";
import { renderPrompt } from "../../models/index.ts";
import { fetchFiles, fetchManifest, selectGguf } from "../../models/files/index.ts";
import { threadsFor } from "../../models/threads.ts";
import type { GenerateRequest, ModelSpec } from "../../protocol/index.ts";
import { steady } from "./times.ts";

/** Answers that llama.cpp writes at the same time; a request beyond them is dropped. */
const SLOTS = 4;
/** Tokens of all slots together. */
const CONTEXT = 1024 * SLOTS;

/**
 * Milliseconds that llama.cpp takes for the requests, as its library starts it by default but for its parallel slots, which
 * are kept full. `spec`: a build of the runtime `wllama`.
 */
export async function askLlama(spec: ModelSpec, requests: readonly GenerateRequest[]): Promise<number> {
  const { Wllama: Library } = await import("@wllama/wllama/esm/index.js");
  const llama = new Library({ default: new URL("runtime/wllama/wllama.wasm", document.baseURI).href });
  llama.setCompat(null);
  try {
    await llama.loadModel([await ggufOf(spec)], {
      n_ctx: CONTEXT,
      n_threads: threadsFor(spec.parameters),
      n_gpu_layers: 0,
      n_parallel: SLOTS,
    });
    const write = (request: GenerateRequest) => answer(llama, spec, request).then(() => true);
    await write(requests[0]!);
    return await steady(() => pool(requests, SLOTS, write));
  } finally {
    await llama.exit();
  }
}

async function ggufOf(spec: ModelSpec): Promise<Blob> {
  const baseUrl = new URL(spec.baseUrl, document.baseURI).href;
  const source = { spec, baseUrl, fetch: fetch.bind(window), cache: null, onProgress: () => {}, onWarning: () => {} };
  const { file } = selectGguf(spec, await fetchManifest(source), "auto");
  return new Blob([(await fetchFiles(source, [file])).get(file.path)!]);
}

async function answer(llama: Wllama, spec: ModelSpec, request: GenerateRequest): Promise<void> {
  const { messages, tools, maxTokens, temperature } = request;
  const prompt = renderPrompt(spec.promptFormat, messages, tools);
  await llama.createCompletion({ prompt, max_tokens: maxTokens, temperature });
}
