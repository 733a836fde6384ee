import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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
  const modules = readdirSync(folder).filter((file) => file.endsWith(".js"));
  for (const file of modules.sort()) {
    const name = file.replace(/\.js$/, "");
    const stamp = join(stamps, name);
    const module = await import(pathToFileURL(join(folder, file)).href);
    const made = async () =>
      existsSync(stamp) &&
      readFileSync(stamp, "utf8") === (await module.key(root)) &&
      (module.outputs ?? []).every((path) => existsSync(join(runtime, path)));
    if (await made()) continue;
    const release = await lock(`${stamp}.lock`);
    try {
      if (await made()) continue;
      // Named before: a source that changes meanwhile is noticed by the next call.
      const key = await module.key(root);
      process.stderr.write(`Preparing ${name} ...\n`);
      await module.default({ root });
      writeFileSync(stamp, key);
    } finally {
      release();
    }
  }
}

/** Two builds at once would mix their files: the second one waits, unless the first one has died. Returns the release. */
async function lock(path) {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isRunning(path)) await wait(200);
    else rmSync(path, { force: true });
  }
}

function isRunning(path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    // Empty for the moment between the file's creation and its content.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  makeAssets().catch((error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    process.exitCode = 1;
  });
}
