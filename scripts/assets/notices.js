import { execFile } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { downloadWheels } from "./sandbox/wheels.js";
import { keyOf } from "./sandbox/publish.js";

const run = promisify(execFile);

export const outputs = ["THIRD_PARTY_NOTICES.txt"];

export const key = (root) =>
  keyOf(root, ["package-lock.json", "scripts/assets/notices.js", "scripts/assets/sandbox/requirements.txt"]);

const HEAD = `AgentCoder is MIT-licensed. The built page and the companion server contain the works below, each under its own licence.
`;

// A tool of the build whose runtime ends in the page (with clsx, which it calls).
const BUNDLED = new Set(["node_modules/svelte", "node_modules/clsx", "node_modules/esm-env"]);

// Inside Pyodide's package, which ships no texts of its own.
const INSIDE_PYODIDE = `CPython 3.14 and its standard library (PSF-2.0), https://docs.python.org/3/license.html
Emscripten's runtime (MIT), https://github.com/emscripten-core/emscripten
Pyodide's source (MPL-2.0), https://github.com/pyodide/pyodide . Of its binary two numbers are changed, the minimum and the
maximum of the memory: src/sandbox/limits.ts is the source of that change.
`;

/** Writes public/runtime/THIRD_PARTY_NOTICES.txt: every package that the app contains, with its licence's text. */
export default async function notices({ root }) {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const isShipped = ([path, about]) => path !== "" && !about.link && (!about.dev || BUNDLED.has(path));
  const shipped = Object.entries(packages).filter(isShipped);
  const parts = await Promise.all(shipped.sort().map(([path, about]) => ofPackage(root, path, about)));
  const wheels = await downloadWheels(join(root, ".cache/wheels"));
  const found = [...parts.filter((part) => part !== null), ...(await Promise.all(wheels.map(ofWheel)))];
  await writeFile(
    join(root, "public/runtime/THIRD_PARTY_NOTICES.txt"),
    [HEAD, ...found].join(`\n${"=".repeat(80)}\n\n`),
  );
}

/** The notice of one npm package; null where it is not installed (a build for another platform). */
async function ofPackage(root, path, { version, license }) {
  const folder = join(root, path);
  const files = await readdir(folder).catch(() => null);
  if (!files) return null;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const texts = files.filter((file) => /^(licen[cs]e|notice|copying|thirdpartynotices)/i.test(file)).sort();
  const bodies = await Promise.all(texts.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
  if (name === "pyodide") bodies.push(INSIDE_PYODIDE);
  return [`${name} ${version} (${license ?? "licence in its package"})`, "", ...bodies].join("\n");
}

/** The notice of a Python package, from the licence files inside its wheel. */
async function ofWheel(wheel) {
  const [name, version] = wheel.slice(wheel.lastIndexOf("/") + 1).split("-");
  const program = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in sorted(wheel.namelist()):
        if ".dist-info/" in name and "LICEN" in name.upper():
            print(wheel.read(name).decode("utf-8", "replace"))`;
  const { stdout } = await run(process.env.PYTHON ?? "python3", ["-c", program, wheel]);
  return `${name} ${version} (BSD-3-Clause)\n\n${stdout}`;
}
