import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCES = [
  "src",
  "workers",
  "public",
  "datasets",
  "index.html",
  "headless.html",
  "vite.config.ts",
  "package-lock.json",
];

/** Where the built pages lie: dist/ of the clone, or $AGENTCODER_DIST. */
export function distDirectory() {
  return resolve(ROOT, process.env.AGENTCODER_DIST ?? "dist");
}

/** Names what the pages are built from (paths, sizes, times), so that a build is repeated only when something changed. */
function fingerprint() {
  const hash = createHash("sha256");
  const visit = (path) => {
    const info = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (!info) return;
    if (info.isDirectory()) for (const name of readdirSync(join(ROOT, path)).sort()) visit(`${path}/${name}`);
    else hash.update(`${path} ${info.size} ${Math.floor(info.mtimeMs)}\n`);
  };
  SOURCES.forEach(visit);
  return hash.digest("hex");
}

/** Runs a program of the clone; its output goes to standard error, which is where progress belongs. */
function run(script, ...args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        said += data;
        if (process.env.AGENTCODER_VERBOSE) process.stderr.write(data);
      });
    }
    child.on("error", failed);
    child.on("close", (code) => {
      if (code === 0) done();
      else failed(new Error(`${script} failed:\n${said.trim().split("\n").slice(-20).join("\n")}`));
    });
  });
}

/**
 * Makes generated assets and the pages when they are missing or a source changed since; returns the pages' directory.
 * The new build takes the old one's place only when it is whole.
 */
export async function ensureBuilt({ tell = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const dist = distDirectory();
  await run("scripts/assets.js");
  const wanted = fingerprint();
  const stamp = join(dist, ".built");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return dist;
  tell("Building the pages ...");
  const part = `${dist}.part-${process.pid}`;
  try {
    await run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", part);
    writeFileSync(join(part, ".built"), wanted);
    rmSync(dist, { recursive: true, force: true });
    renameSync(part, dist);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return dist;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureBuilt().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
