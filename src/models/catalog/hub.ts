import type { Dtype, HubPlace, ModelSpec } from "../../protocol/index.ts";

/** The hub that is asked unless the person names another of the same API, e.g. a mirror in a classroom. */
export const DEFAULT_HUB = "https://huggingface.co/";

/** What a model's builds share. */
export type ModelFacts = Omit<ModelSpec, "runtime" | "origin" | "baseUrl" | "dtypes" | "hub" | "mlc" | "defaultDevice">;

const ON_HUB = { origin: "hub", baseUrl: DEFAULT_HUB, defaultDevice: "auto" } as const;

/**
 * The build for onnxruntime: an export in the layout that transformers.js fixed. On WASM only int8 arithmetic is offered,
 * as four-bit kernels are slow there and the others do not fit; on WebGPU int8 is left out, as its kernels are not sound
 * everywhere.
 */
export function onnxBuild(facts: ModelFacts, repository: string): ModelSpec {
  const files: HubPlace["files"] = {
    q4f16: "onnx/model_q4f16.onnx",
    q4: "onnx/model_q4.onnx",
    q8: "onnx/model_quantized.onnx",
  };
  const dtypes = { wasm: ["q8"], webgpu: ["q4f16", "q4"] } satisfies ModelSpec["dtypes"];
  return { ...facts, ...ON_HUB, runtime: "transformers", dtypes, hub: { repository, revision: "main", files } };
}

/** The build for WebLLM: `id` is what its list calls the model, without the quantization. */
export function mlcBuild(facts: ModelFacts, id: string): ModelSpec {
  const mlc = { q4f16: `${id}-q4f16_1-MLC`, q4: `${id}-q4f32_1-MLC` };
  return { ...facts, ...ON_HUB, runtime: "webllm", dtypes: { wasm: [], webgpu: ["q4f16", "q4"] }, mlc };
}

/** The build for llama.cpp: Q4_K_M as `q4`, Q8_0 as `q8`, as far as `files` has them. */
export function ggufBuild(facts: ModelFacts, repository: string, files: HubPlace["files"]): ModelSpec {
  const dtypes = (["q4", "q8"] as Dtype[]).filter((dtype) => files[dtype]);
  return {
    ...facts,
    ...ON_HUB,
    runtime: "wllama",
    // llama.cpp runs on WASM here.
    dtypes: { wasm: dtypes, webgpu: [] },
    defaultDevice: "wasm",
    hub: { repository, revision: "main", files },
  };
}
