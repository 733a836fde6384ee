import { loadPyodide, type PyodideAPI, type PyodideConfig } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { info } from "pyodide/pyodide-lock.json";
import { useUtc } from "./determinism.ts";
import type { WorkerAssets } from "./messages.ts";
import type { Budget } from "./quota.ts";
import type { Seal } from "./seal.ts";

/** No such host: whatever asked for something there would fail, also without the policy. */
const NOWHERE = "https://sandbox.invalid/";

/** Starts Python from the image, its imports under seal and budget. `fsInit` puts files in place before anything of Python runs. */
export async function restore(
  assets: WorkerAssets,
  { seal, budget }: { seal: Seal; budget: Budget },
  fsInit: NonNullable<PyodideConfig["fsInit"]>,
): Promise<PyodideAPI> {
  let memory: WebAssembly.Memory | undefined;
  const instantiate = async (imports: WebAssembly.Imports) => {
    const systemCalls = imports["env"] ?? {};
    useUtc(systemCalls);
    budget.wrap(systemCalls);
    seal.wrap(imports);
    const instance = await WebAssembly.instantiate(assets.module, imports);
    memory = instance.exports["memory"] as WebAssembly.Memory;
    return { module: assets.module, instance };
  };
  return withoutNetwork(assets.stdlib, instantiate, () =>
    loadPyodide({
      indexURL: NOWHERE,
      packageBaseUrl: NOWHERE,
      // No packages: what can be imported is in the standard library and in the archive.
      lockFileContents: JSON.stringify({ info, packages: {} }),
      createPyodideModule: async (settings) => {
        const module = await createPyodideModule(settings);
        // The moment between Pyodide's own start, which writes into the memory, and its use of the image.
        if (!memory) throw new Error("Pyodide's WebAssembly has no memory.");
        new WebAssembly.Instance(assets.image, { image: { memory } });
        return module;
      },
      _loadSnapshot: assets.head,
      fsInit,
    }),
  );
}

/** Pyodide fetches its two parts by address: while `work` runs, it gets them from here. */
async function withoutNetwork<T>(
  stdlib: ArrayBuffer,
  instantiate: (imports: WebAssembly.Imports) => Promise<WebAssembly.WebAssemblyInstantiatedSource>,
  work: () => Promise<T>,
): Promise<T> {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = async (input) => new Response(String(input).endsWith(".zip") ? stdlib : null);
  WebAssembly.instantiateStreaming = (_source, imports) => instantiate(imports ?? {});
  try {
    return await work();
  } finally {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
