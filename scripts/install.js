import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");

/** Installs the Node packages when they are missing or older than the lock; npm's output goes to standard error. */
export function installPackages() {
  const installed = statSync(resolve(ROOT, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  const locked = statSync(resolve(ROOT, "package-lock.json"));
  if (installed && installed.mtimeMs >= locked.mtimeMs && existsSync(resolve(ROOT, "node_modules/.bin/agentcoder")))
    return;
  process.stderr.write("Installing the Node packages (npm ci) ...\n");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The Node packages could not be installed: see npm's message above.");
}
