// A process of its own, because Pyodide stays in memory for good.  snapshot.js RUNNER.py GLUE.mjs FOLDER WHEEL...
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadPyodide } from "pyodide";

const SITE = "/lib/site.zip";
const [runner, glue, folder, ...wheels] = process.argv.slice(2);
const program = readFileSync(join(import.meta.dirname, "image.py"), "utf8");
const script = readFileSync(runner, "utf8");
// Programs live in UTC; the image remembers the zone that it was made in.
process.env.TZ = "UTC";
// A fixed hash seed: sets are ordered the same in every image and every run.
const env = { PYTHONHASHSEED: "0", HOME: "/work" };

/** The same JavaScript as in the sandbox. */
const { default: createPyodideModule } = await import(pathToFileURL(glue).href);

/** Compiling leaves garbage all over the memory, so one interpreter packs the archives and another becomes the image. */
async function pack() {
  const python = await loadPyodide({ createPyodideModule, env });
  const paths = wheels.map((wheel) => `/tmp/${basename(wheel)}`);
  wheels.forEach((wheel, i) => python.FS.writeFile(paths[i], readFileSync(wheel)));
  python.runPython(program);
  python.globals.get("pack")(paths, "/tmp/rest.zip");
  return { all: python.FS.readFile(SITE), rest: python.FS.readFile("/tmp/rest.zip") };
}

async function image({ all, rest }) {
  const python = await loadPyodide({ createPyodideModule, _makeSnapshot: true, env });
  python.FS.writeFile(SITE, all);
  python.FS.writeFile("/lib/_runner.py", script);
  python.runPython(program);
  const [start, finish] = ["start", "finish"].map((name) => python.globals.get(name));
  start();
  python.FS.writeFile(SITE, rest);
  finish();
  start.destroy();
  finish.destroy();
  python.runPython("import gc, sys; sys.modules['__main__'].__dict__.clear(); __import__('gc').collect()");
  return python.makeMemorySnapshot();
}

const archives = await pack();
writeFileSync(join(folder, "site.zip"), archives.rest);
writeFileSync(join(folder, "snapshot"), await image(archives));
