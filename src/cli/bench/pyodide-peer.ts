import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Mount } from "../../../trainer-server/server/index.ts";
import { UserError } from "../../protocol/index.ts";
import { CLONE, servePeer } from "./serve-peer.ts";

/** Answers what the page asks for below peer/ with Pyodide as it is published, and SymPy's wheels as the app pins them. */
export const servePyodide: Mount = (app) => {
  const wheels = join(CLONE, ".cache/wheels");
  // Looked for when the pages are built, which brings them.
  const names = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
  if (names.length === 0) throw new UserError(`${wheels} has no wheels: run \`npm run assets\`.`);
  servePeer(worker(names), (path) => {
    const name = basename(path);
    return join(name.endsWith(".whl") ? wheels : join(CLONE, "node_modules/pyodide"), name);
  })(app);
};

const worker = (wheels: string[]) => `
import { loadPyodide } from "./pyodide.mjs";
onmessage = async ({ data: code }) => {
  try {
    const python = await loadPyodide({ indexURL: new URL("./", import.meta.url).href });
    if (code.includes("sympy")) {
      for (const wheel of ${JSON.stringify(wheels)}) {
        const response = await fetch(new URL(wheel, import.meta.url));
        python.unpackArchive(await response.arrayBuffer(), "whl");
      }
    }
    const begun = performance.now();
    python.runPython(code);
    postMessage(performance.now() - begun);
  } catch (error) {
    postMessage(String(error));
  }
};`;
