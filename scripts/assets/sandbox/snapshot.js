// A process of its own: Pyodide stays in memory for good.  snapshot.js RUNNER.py OUT WHEEL...
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "pyodide";

const [runner, out, ...wheels] = process.argv.slice(2);

// A fixed hash seed: sets and dicts are ordered the same in every image and every run.
const python = await loadPyodide({ _makeSnapshot: true, env: { PYTHONHASHSEED: "0", HOME: "/work" } });
for (const wheel of wheels) python.FS.writeFile(`/tmp/${basename(wheel)}`, readFileSync(wheel));
const image = python.runPython(readFileSync(join(import.meta.dirname, "image.py"), "utf8") + "\n(pack, preload)");
const [pack, preload] = image.toJs();
pack(wheels.map((wheel) => `/tmp/${basename(wheel)}`));
const site = python.FS.readFile("/lib/site.zip");
preload(readFileSync(runner, "utf8"));
for (const proxy of [image, pack, preload]) proxy.destroy();
python.runPython("import sys; sys.modules['__main__'].__dict__.clear()");

const snapshot = python.makeMemorySnapshot();
writeFileSync(join(out, "site.zip"), site);
writeFileSync(join(out, "snapshot.gz"), gzipSync(snapshot, { level: 9 }));
process.stderr.write(`image: ${(snapshot.length / 2 ** 20).toFixed(1)} MiB\n`);
