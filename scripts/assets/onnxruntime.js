import { copyFile, mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";

// The extern-wasm builds: each loads its .mjs and .wasm from `env.wasm.wasmPaths`, and threads start from that .mjs.
const FILES = [
  "ort.wasm.min.mjs",
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
];

/** The version that the output is made from: the runner skips what is made already. */
export async function key(root) {
  const { version } = JSON.parse(await readFile(join(root, "node_modules/onnxruntime-web/package.json"), "utf8"));
  return `onnxruntime-web@${version} ${FILES.join(" ")}`;
}

/** Copies onnxruntime-web's browser files to public/runtime/ort, unchanged, so that no page reaches a CDN. */
export default async function onnxruntime({ root }) {
  const from = join(root, "node_modules/onnxruntime-web/dist");
  const to = join(root, "public/runtime/ort");
  await mkdir(to, { recursive: true });
  for (const file of FILES) {
    const source = join(from, file);
    const target = join(to, file);
    const same = await Promise.all([stat(source), stat(target)]).then(
      ([a, b]) => a.size === b.size && b.mtimeMs >= a.mtimeMs,
      () => false,
    );
    if (same) continue;
    await copyFile(source, `${target}.part`);
    await rename(`${target}.part`, target);
  }
}
