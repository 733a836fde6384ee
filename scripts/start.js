import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { installPackages } from "./install.js";

// `npm start`: plain Node until the packages are there, then the same server as `agentcoder serve`.
const ROOT = resolve(import.meta.dirname, "..");
const argv = process.argv.slice(2);
const open =
  !argv.includes("--no-open") && (process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

function openBrowser(url) {
  const [program, ...args] = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] }[process.platform] ?? ["xdg-open"];
  // No browser is no reason to stop: the address stands in the terminal.
  spawn(program, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}

try {
  installPackages();
  const args = ["serve", ...argv.filter((argument) => argument !== "--no-open")];
  const child = spawn(process.execPath, [resolve(ROOT, "bin/agentcoder.js"), ...args], {
    stdio: ["inherit", "pipe", "inherit"],
  });
  child.stdout.on("data", (data) => {
    process.stdout.write(data);
    const url = /ready at (\S+)/.exec(String(data))?.[1];
    if (url && open) openBrowser(url);
  });
  // Ctrl-C reaches the child by itself; this process stays until the child has ended cleanly.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("close", (code) => (process.exitCode = code ?? 1));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
