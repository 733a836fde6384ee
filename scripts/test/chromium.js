import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const INSTALLS = [
  { what: "Playwright's Chromium", command: ["npx", "playwright", "install", "chromium"], seconds: 600 },
  { what: "Debian's Chromium", command: ["apt-get", "update", "-qq"], seconds: 300 },
  { what: "", command: ["apt-get", "install", "-y", "-qq", "chromium"], seconds: 900 },
];

/** Finds a Chromium, and installs one where there is none: Playwright's own, else the distribution's. */
export function ensureChromium() {
  if (found()) return;
  for (const { what, command, seconds } of INSTALLS) {
    if (what) process.stderr.write(`Installing ${what} ...\n`);
    const [program, ...args] = command;
    spawnSync(program, args, {
      cwd: ROOT,
      timeout: seconds * 1000,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (found()) return;
  }
  throw new Error("No Chromium could be installed: install one, or set CHROMIUM to its path.");
}

/** Asks the one place that knows where a Chromium may be (src/cli/chromium.ts). */
function found() {
  const script = `import("./src/cli/chromium.ts").then((m) => console.log(m.findChromium()))`;
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], { cwd: ROOT, encoding: "utf8" });
  return existsSync((stdout ?? "").trim());
}
