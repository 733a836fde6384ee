import { cpus } from "node:os";
import { getModel } from "../../models/index.ts";
import { BENCHES, type BenchReport } from "../../protocol/index.ts";
import { number, readArguments, text, UsageError } from "../arguments.ts";
import { inBrowser, unwrap } from "../browser.ts";
import { print, progress, save } from "../output.ts";
import { servePyodide } from "./pyodide-peer.ts";
import { addNative, serveTransformers } from "./transformers-peer.ts";

export const help = `Usage: agentcoder bench sandbox|eval|adapter|scale [--model ID] [--samples N] [--output FILE.json] [--json]

Measures against a peer in the same run. Exit code 1 when a goal is not met.
sandbox   isolated runs of Python against a fresh worker of stock Pyodide
eval      first turns decoded side by side against transformers.js's generate(), with the same weights, against
          llama.cpp where the model has a GGUF, and native onnxruntime
adapter   exchanging a loaded model's adapter against loading the model
scale     a run of many samples: linear time, flat memory, a free page; --model is never-tool unless another is
          named, --samples is 10000

--model is nano unless another is named.`;

const string = { type: "string" } as const;

/** `agentcoder bench`. */
export async function bench(argv: string[]): Promise<number> {
  const { values, names } = readArguments(argv, { output: string, model: string, samples: string }, 1);
  const [given] = names;
  if (values["help"] || given === undefined) return (print(help), values["help"] ? 0 : 2);
  const name = BENCHES.find((known) => known === given);
  if (!name) throw new UsageError(`"${given}" is no bench: see --help.`);
  const model = text(values, "model") ?? (name === "scale" ? "never-tool" : "nano");
  const dtype = getModel(model).dtypes.wasm[0] ?? "fp32";
  const order = [name, { model, dtype, samples: number(values, "samples", { min: 100 }) ?? 10_000 }] as const;
  const peers = {
    sandbox: () => servePyodide,
    eval: () => serveTransformers(model, dtype),
    adapter: null,
    scale: null,
  };
  const measured = await inBrowser(
    async (page) => unwrap(await page.evaluate(([which, what]) => window.agentcoder.bench(which, what), order)),
    (kind, value) => kind === "stage" && progress((value as { stage: string }).stage),
    await peers[name]?.(),
  );
  const goals = name === "eval" ? await addNative(measured, model, dtype) : measured;
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
