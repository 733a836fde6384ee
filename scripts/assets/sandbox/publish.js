import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** sha256 over the contents of files of the clone: names what an output is made from. */
export async function keyOf(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path).update(await readFile(join(root, path)));
  return hash.digest("hex");
}

/**
 * Writes files under names that carry their hash, so that no cache can mix two versions, then the manifest that says
 * which role each has, then removes what the manifest before named. `files`: role -> [name, bytes]; `facts` go into the
 * manifest as they are.
 */
export async function publish(folder, manifestName, files, facts = {}) {
  await mkdir(folder, { recursive: true });
  const path = join(folder, manifestName);
  const before = await readFile(path, "utf8").then(JSON.parse, () => ({}));
  const manifest = {};
  for (const [role, [name, bytes]] of Object.entries(files)) {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    manifest[role] = name.replace(/^(\w+)/, `$1-${hash}`);
    await writeWhole(join(folder, manifest[role]), bytes);
  }
  await writeWhole(path, `${JSON.stringify({ ...manifest, ...facts }, null, 2)}\n`);
  const kept = new Set(Object.values(manifest));
  const stale = Object.values(before).filter((name) => typeof name === "string" && !kept.has(name));
  for (const name of stale) await rm(join(folder, name), { force: true });
}

async function writeWhole(path, bytes) {
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}

/** Runs a program to its end; the error carries what it said. */
export function run(program, args) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
    child.on("error", failed);
    child.on("close", (code) => {
      if (code === 0) done();
      else failed(new Error(`${program} ${args[0]} failed:\n${said.trim()}`));
    });
  });
}
