import type { Environment, LoadedModel } from "../protocol/index.ts";

/** This program's version, and the versions of what computes tokens and runs tools. A test holds them to package.json. */
export const VERSION = "0.1.0";
export const LIBRARIES: Readonly<Record<string, string>> = {
  "onnxruntime-web": "1.31.0-dev.20260914-8d85527a0",
  "@huggingface/tokenizers": "0.2.0",
  "@mlc-ai/web-llm": "0.2.86",
  "@wllama/wllama": "3.8.1",
  pyodide: "314.0.7",
  minisearch: "7.2.0",
};

/** Where a run takes place. Times depend on all of it; tokens on the device class and the libraries. */
export async function currentEnvironment(model: Pick<LoadedModel, "device">): Promise<Environment> {
  const isolated = globalThis.crossOriginIsolated === true;
  return {
    version: VERSION,
    userAgent: globalThis.navigator?.userAgent ?? "unknown",
    crossOriginIsolated: isolated,
    threads: isolated ? (navigator.hardwareConcurrency ?? 1) : 1,
    gpu: model.device === "webgpu" ? await gpuName() : null,
    libraries: { ...LIBRARIES },
  };
}

async function gpuName(): Promise<string | null> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return null;
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(" ") || "unnamed GPU";
}
