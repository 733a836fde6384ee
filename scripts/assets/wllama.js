import { copyFile, mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

export const outputs = ["wllama/wllama.wasm"];

/** The version that the output is made from: the runner skips what is made already. */
export async function key(root) {
  const { version } = JSON.parse(await readFile(join(root, "node_modules/@wllama/wllama/package.json"), "utf8"));
  return `@wllama/wllama@${version}`;
}

/** Copies llama.cpp's WebAssembly to public/runtime/wllama, unchanged, so that no page reaches a CDN. */
export default async function wllama({ root }) {
  const to = join(root, "public/runtime/wllama");
  await mkdir(to, { recursive: true });
  const target = join(to, "wllama.wasm");
  await copyFile(join(root, "node_modules/@wllama/wllama/esm/wasm/wllama.wasm"), `${target}.part`);
  await rename(`${target}.part`, target);
}
