import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { UserError } from "../protocol/index.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
const MACOS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The Chromium to drive: $CHROMIUM, one of the system's, or Playwright's. A UserError when there is none. */
export function findChromium(): string {
  const asked = process.env["CHROMIUM"];
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new UserError(`CHROMIUM names ${asked}, which does not exist: correct it or unset it.`);
  }
  for (const path of MACOS) if (existsSync(path)) return path;
  for (const name of NAMES) {
    const path = which(name);
    if (path) return path;
  }
  const bundled = chromium.executablePath();
  if (existsSync(bundled)) return bundled;
  throw new UserError("No Chromium was found: install one, or run `npx playwright install chromium`, or set CHROMIUM.");
}

/** Flags of every Chromium that we start: nothing but the page reaches the network; no sandbox only where root has none. */
export function chromiumFlags(): string[] {
  return [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ];
}

function which(name: string): string | null {
  try {
    return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || null;
  } catch {
    return null;
  }
}
