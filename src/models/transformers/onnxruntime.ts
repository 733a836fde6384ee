import type * as Ort from "onnxruntime-web";
import { messageOf, UserError, type Device } from "../../protocol/index.ts";

/** The library as `npm run assets` laid it beside the page: no bundler rewrites its worker and wasm URLs. */
export type OnnxRuntime = typeof Ort;

const MODULES: Record<Device, string> = { wasm: "ort.wasm.min.mjs", webgpu: "ort.webgpu.min.mjs" };
const loaded = new Map<string, Promise<OnnxRuntime>>();

/** Loads onnxruntime for a device, once. `runtimeUrl` is the absolute URL of `runtime/ort/`. */
export function loadOnnxRuntime(device: Device, runtimeUrl: string, threads: number): Promise<OnnxRuntime> {
  const url = new URL(MODULES[device], runtimeUrl).href;
  const known = loaded.get(url);
  if (known) return known;
  const loading = importRuntime(url, runtimeUrl, threads);
  loaded.set(url, loading);
  // A failed download may succeed the next time.
  loading.catch(() => loaded.delete(url));
  return loading;
}

async function importRuntime(url: string, runtimeUrl: string, threads: number): Promise<OnnxRuntime> {
  let ort: OnnxRuntime;
  try {
    ort = (await import(/* @vite-ignore */ url)) as OnnxRuntime;
  } catch (error) {
    throw new UserError(
      `The model runtime could not be loaded from ${url} (${messageOf(error)}): run \`npm run assets\`.`,
    );
  }
  ort.env.wasm.wasmPaths = runtimeUrl;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return ort;
}
