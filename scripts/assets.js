import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Makes what is generated and not committed: each module of scripts/assets/ has a `key(root)` that names what its output
 * is made from, `outputs` (paths under public/runtime/), and a default function that makes them. What is there already,
 * made from the same key, is not made again. Progress goes to standard error.
 */
export async function makeAssets({ root = ROOT, folder = join(import.meta.dirname, "assets") } = {}) {
  const runtime = join(root, "public/runtime");
  const stamps = join(runtime, ".stamps");
  mkdirSync(stamps, { recursive: true });
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".js")) continue;
    const module = await import(pathToFileURL(join(folder, file)).href);
    const key = await module.key(root);
    const stamp = join(stamps, file.replace(/\.js$/, ""));
    const whole = (module.outputs ?? []).every((path) => existsSync(join(runtime, path)));
    if (whole && existsSync(stamp) && readFileSync(stamp, "utf8") === key) continue;
    process.stderr.write(`Preparing ${file.replace(/\.js$/, "")} ...\n`);
    await module.default({ root });
    writeFileSync(stamp, key);
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  makeAssets().catch((error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    process.exitCode = 1;
  });
}
