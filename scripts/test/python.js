import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** The interpreter of the companion server's environment, with the tools of the tests; made when it is missing. */
export async function ensurePython() {
  // Not at the top of the file: on a new machine the packages are installed by this very command.
  const { register } = await import("tsx/esm/api");
  register();
  const { PythonEnvironment } = await import("../../trainer-server/server/python.ts");
  const { homeDirectory } = await import("../../trainer-server/server/index.ts");
  const environment = new PythonEnvironment(homeDirectory(), resolve(ROOT, "trainer-server/requirements.txt"));
  const told = setInterval(() => environment.message && process.stderr.write(`${environment.message} ...\n`), 20_000);
  const python = await environment.ready().finally(() => clearInterval(told));
  const requirements = resolve(ROOT, "trainer-server/requirements-dev.txt");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const stamp = resolve(dirname(python), "../.requirements-dev");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  process.stderr.write("Installing the Python test tools ...\n");
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "-r", requirements];
  const { status } = spawnSync(python, pip, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The Python test tools could not be installed: see pip's message above.");
  writeFileSync(stamp, wanted);
  return python;
}
