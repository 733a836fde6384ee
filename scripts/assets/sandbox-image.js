import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sandboxGlue } from "./sandbox/glue.js";
import { imageModule } from "./sandbox/image-module.js";
import { keyOf, publish, run } from "./sandbox/publish.js";
import { downloadWheels } from "./sandbox/wheels.js";

const RUNNER = "src/sandbox/worker/runner.py";

export const outputs = ["python/image.json"];

export const key = (root) =>
  keyOf(root, [
    RUNNER,
    "scripts/assets/sandbox-image.js",
    "scripts/assets/sandbox/glue.js",
    "scripts/assets/sandbox/image-module.js",
    "scripts/assets/sandbox/image.py",
    "scripts/assets/sandbox/publish.js",
    "scripts/assets/sandbox/requirements.txt",
    "scripts/assets/sandbox/snapshot.js",
    "node_modules/pyodide/package.json",
  ]);

/**
 * Makes what a sandbox starts from: Pyodide's WebAssembly and standard library, the archive of SymPy, and the image,
 * which is an interpreter's memory with SymPy imported.
 */
export default async function sandboxImage({ root }) {
  const wheels = await downloadWheels(join(root, ".cache/wheels"));
  await mkdir(join(root, ".cache"), { recursive: true });
  const part = await mkdtemp(join(root, ".cache/image-"));
  try {
    const snapshot = join(import.meta.dirname, "sandbox/snapshot.js");
    const glue = join(part, "glue.mjs");
    await writeFile(glue, await sandboxGlue(root));
    await run(process.execPath, [snapshot, join(root, RUNNER), glue, part, ...wheels]);
    const image = imageModule(await readFile(join(part, "snapshot")));
    const pyodide = (name) => readFile(join(root, "node_modules/pyodide", name));
    const files = {
      wasm: ["pyodide.wasm.gz", gzipSync(await pyodide("pyodide.asm.wasm"), { level: 9 })],
      stdlib: ["stdlib.zip", await pyodide("python_stdlib.zip")],
      site: ["site.zip", await readFile(join(part, "site.zip"))],
      image: ["image.wasm.gz", gzipSync(image.wasm, { level: 9 })],
      head: ["head.bin", image.head],
    };
    await publish(join(root, "public/runtime/python"), "image.json", files, { pages: image.pages });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
