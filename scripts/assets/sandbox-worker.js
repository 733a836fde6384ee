import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sandboxGlue } from "./sandbox/glue.js";
import { keyOf, publish } from "./sandbox/publish.js";

const FOLDER = "src/sandbox/worker";

export const outputs = ["python/worker.json"];

export async function key(root) {
  const sources = (await readdir(join(root, FOLDER))).filter((name) => name.endsWith(".ts")).sort();
  return keyOf(root, [
    ...sources.map((name) => `${FOLDER}/${name}`),
    "scripts/assets/sandbox-worker.js",
    "scripts/assets/sandbox/glue.js",
    "scripts/assets/sandbox/publish.js",
    "node_modules/pyodide/package.json",
  ]);
}

/** Makes the sandbox's worker: Pyodide's JavaScript and ours as one text that imports nothing. */
export default async function sandboxWorker({ root }) {
  // Only here: loading it takes longer than finding out that there is nothing to do.
  const { build } = await import("vite");
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "error",
    plugins: [pyodideGlue(root)],
    build: {
      write: false,
      target: "es2022",
      minify: true,
      // A classic script: a module worker cannot start from a blob: address in an opaque origin.
      lib: { entry: join(root, FOLDER, "main.ts"), formats: ["iife"], name: "worker", fileName: "worker" },
    },
  });
  const [{ output }] = [result].flat();
  if (output.length !== 1) throw new Error(`The worker must be one file: ${output.map((file) => file.fileName)}`);
  // In strict code no function tells who called it and with what: the program is called by functions that hold the port.
  const code = `"use strict";\n${output[0].code}`;
  await publish(join(root, "public/runtime/python"), "worker.json", {
    worker: ["worker.js.gz", gzipSync(code, { level: 9 })],
  });
}

/**
 * A classic script has no `import.meta`; and the WebAssembly, which Pyodide would look for beside itself, comes from the
 * page, compiled: without this the build would put all of it into the text.
 */
const pyodideGlue = (root) => ({
  name: "pyodide-glue",
  enforce: "pre",
  async load(id) {
    if (!id.endsWith("pyodide.asm.mjs")) return null;
    return (await sandboxGlue(root))
      .replaceAll(/new URL\("pyodide\.asm\.wasm",\s*import\.meta\.url\)\.href/g, '"pyodide.asm.wasm"')
      .replaceAll("import.meta.url", '"https://sandbox.invalid/"');
  },
});
