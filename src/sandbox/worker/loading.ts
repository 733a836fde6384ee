/** Pyodide fetches its parts by address: while `work` runs, these addresses' last parts are answered from memory. */
export async function withMemoryFetch<T>(files: Record<string, ArrayBuffer>, work: () => Promise<T>): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = async (input) => {
    const name =
      String(input instanceof Request ? input.url : input)
        .split("/")
        .pop() ?? "";
    const bytes = files[name];
    if (!bytes) throw new TypeError(`${name} is not part of the sandbox`);
    return new Response(bytes, { headers: { "Content-Type": name.endsWith(".wasm") ? "application/wasm" : "" } });
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = original;
  }
}

/** While `work` runs, streaming instantiation takes the module that is compiled already. */
export async function instantiateFrom<T>(module: WebAssembly.Module, work: () => Promise<T>): Promise<T> {
  const original = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (_source, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
  try {
    return await work();
  } finally {
    WebAssembly.instantiateStreaming = original;
  }
}
