import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { ISOLATION_HEADERS } from "../../trainer-server/server/policy.ts";
import { BENCHES, UserError, type BenchReport } from "../protocol/index.ts";
import { number, readArguments, text, UsageError } from "./arguments.ts";
import { inBrowser, unwrap } from "./browser.ts";
import { print, progress, save } from "./output.ts";

export const help = `Usage: agentcoder bench sandbox|adapter|scale [--model ID] [--samples N] [--output FILE.json] [--json]

Measures against a peer in the same run. Exit code 1 when a goal is not met.
sandbox   isolated runs of Python against a fresh worker of stock Pyodide
adapter   exchanging a loaded model's adapter against loading the model; --model is nano unless another is named
scale     a run of many samples: linear time, flat memory, a free page; --model is never-tool unless another is
          named, --samples is 10000`;

const string = { type: "string" } as const;
const CLONE = resolve(import.meta.dirname, "../..");

/** `agentcoder bench`. */
export async function bench(argv: string[]): Promise<number> {
  const { values, names } = readArguments(argv, { output: string, model: string, samples: string }, 1);
  const [given] = names;
  if (values["help"] || given === undefined) return (print(help), values["help"] ? 0 : 2);
  const name = BENCHES.find((known) => known === given);
  if (!name) throw new UsageError(`"${given}" is no bench: see --help.`);
  const model = text(values, "model") ?? (name === "scale" ? "never-tool" : "nano");
  const order = [name, { model, samples: number(values, "samples", { min: 100 }) ?? 10_000 }] as const;
  const goals = await inBrowser(
    async (page) => {
      if (name === "sandbox") await servePeer(page);
      return unwrap(await page.evaluate(([which, given]) => window.agentcoder.bench(which, given), order));
    },
    (kind, value) => kind === "stage" && progress((value as { stage: string }).stage),
  );
  progress("");
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.version}`;
  const report: BenchReport = { bench: name, machine, goals, met: goals.every(({ met }) => met) };
  const output = text(values, "output");
  if (output) await save(output, `${JSON.stringify(report, null, 2)}\n`);
  if (values["json"]) print(JSON.stringify(report));
  else {
    for (const { name: goal, value, unit, peer, goal: wanted, met } of goals) {
      const against = peer === null ? "" : `, peer ${peer.toFixed(0)} ${unit}`;
      print(
        `${met ? "met    " : "NOT met"} ${goal.padEnd(32)} ${value.toFixed(1)} ${unit}  (goal ${wanted}${against})`,
      );
    }
  }
  return report.met ? 0 : 1;
}

/** Answers what the page asks for below peer/ with Pyodide as it is published, and SymPy's wheels as the app pins them. */
async function servePeer(page: Page): Promise<void> {
  const wheels = join(CLONE, ".cache/wheels");
  const names = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
  if (names.length === 0) throw new UserError(`${wheels} has no wheels: run \`npm run assets\`.`);
  await page.context().route("**/peer/**", async (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    const isWorker = name === "worker.js";
    const path = join(name.endsWith(".whl") ? wheels : join(CLONE, "node_modules/pyodide"), name);
    const type = /\.m?js$/.test(name)
      ? "text/javascript"
      : name.endsWith(".wasm")
        ? "application/wasm"
        : "application/zip";
    // An isolated page takes workers only with the headers that the page has.
    const headers = { ...ISOLATION_HEADERS, "Content-Type": type };
    return route.fulfill({ headers, ...(isWorker ? { body: peerWorker(names) } : { path }) });
  });
}

const peerWorker = (wheels: string[]) => `
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
