import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./publish.js";

const LIST = join(import.meta.dirname, "requirements.txt");

/** The pinned wheels' paths; pip downloads what is missing and checks the hashes of all. */
export async function downloadWheels(folder) {
  await mkdir(folder, { recursive: true });
  const pins = [...(await readFile(LIST, "utf8")).matchAll(/^(\w+)==(\S+)/gm)];
  const wheels = pins.map(([, name, version]) => join(folder, `${name}-${version}-py3-none-any.whl`));
  const offline = wheels.every((wheel) => existsSync(wheel)) ? ["--no-index", "--find-links", folder] : [];
  const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
  const python = process.env.PYTHON ?? "python3";
  await run(python, ["-m", "pip", "download", ...flags, ...offline, "--requirement", LIST, "--dest", folder]);
  return wheels;
}
