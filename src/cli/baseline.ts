import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { homeDirectory } from "../../trainer-server/server/index.ts";
import { parseDataset, toolsIn } from "../data/index.ts";
import { defaultConfig, searchRecords, validateConfig, type Progress } from "../evaluation/index.ts";
import { endpointUrl } from "../models/index.ts";
import {
  ARMS,
  MOST_SCALE,
  REMOTE_APIS,
  SPLITS,
  UserError,
  type Endpoint,
  type Metric,
  type RemoteAccess,
  type Run,
  type RunConfig,
  type SampleResult,
  type SearchRecord,
  type UserTool,
} from "../protocol/index.ts";
import { parseRun } from "../store/index.ts";
import { parseUserTools } from "../tools/index.ts";
import { readSides, sideName } from "./adapters.ts";
import { choice, list, number, readArguments, text, UsageError, type Values } from "./arguments.ts";
import { inBrowser, unwrap } from "./browser.ts";
import { openDataset } from "./data/dataset.ts";
import { note, open, print, progress, save } from "./output.ts";

export const help = `Usage: agentcoder baseline --model ID --dataset NAME|FILE --output run.json [options]

  --split S              train, validation, test or all (test; all for a file)
  --limit N              only the first N samples, balanced over categories
  --arms a,b             free, forced, forbidden, no_tools (free)
  --tools a,b            what the model may call (the usual ones and those that the dataset's labels name)
  --user-tools FILE      tools of your own, a JSON list of them; all are listed unless --tools names others
  --adapter DIR|NAME     decode with an adapter in PEFT's layout; may be given several times, and \`base\` is the model
                         without one: all run in one pass, each into a file of its own, run.NAME.json
  --adapter-scale S      how strongly adapters work, 0 to ${MOST_SCALE} (1)
  --endpoint URL         the OpenAI-compatible server that \`--model remote\` asks, such as http://127.0.0.1:8000/v1;
                         where it wants a key, set the environment variable AGENTCODER_API_KEY
  --remote-model NAME    what the server calls the model
  --api A                chat or completions (chat); only completions can be forced, and forbidden where the server can
  --parallel N           requests to the server at a time (4)
  --runtime R            transformers, webllm, wllama, remote or scripted; the model's own when left out
  --device D             auto, webgpu or wasm (auto)
  --dtype T              fp32, fp16, q8, q4 or q4f16; --quantization 4bit|8bit says the same
  --temperature T  --top-p P  --max-tokens N  --max-steps N  --seed N
  --top-k N              sampling draws from this many likeliest tokens at most (all)
  --constrain-calls      a call that was begun can only be one to a listed tool with arguments of its schema
  --repeats K            more than one needs a temperature above 0
  --latency-samples N    how many run one at a time, for their latency, when the others have run together (8)
  --faults a=P,b=P       faults put into tool calls: timeout, error, wrong, slow, each with its probability
  --costs a=C,b=C        what a call costs, by tool, in a unit of yours
  --search SPEC          where web_search looks: mediawiki:ADDRESS, searxng:ADDRESS or json:ADDRESS, or
                         recorded:RUN.json for what that run's live searches found (the corpus of the app)
  --plots DIR            also writes the plots as SVG files
  --json                 the last line of standard output is one JSON object`;

const string = { type: "string" } as const;
const NAMES = ["model", "dataset", "split", "limit", "arms", "tools", "runtime", "device", "dtype", "quantization"];
const MORE = [
  "temperature",
  "top-p",
  "top-k",
  "max-tokens",
  "max-steps",
  "seed",
  "repeats",
  "latency-samples",
  "faults",
  "costs",
  "search",
  "user-tools",
  "adapter-scale",
  "endpoint",
  "remote-model",
  "api",
  "parallel",
  "plots",
  "output",
];
const SHOWN = [
  "correctness",
  "tool_accuracy",
  "tool_accuracy_lenient",
  "tool_f1",
  "execution_efficiency",
  "latency_ms",
];

/** `agentcoder baseline`. */
export async function baseline(argv: string[]): Promise<number> {
  const options = Object.fromEntries([...NAMES, ...MORE].map((name) => [name, string]));
  const { values } = readArguments(argv, {
    ...options,
    "constrain-calls": { type: "boolean" },
    adapter: { type: "string", multiple: true },
  });
  if (values["help"]) return (print(help), 0);
  const output = text(values, "output");
  if (!output) throw new UsageError("--output is needed: where the run is written.");
  const { config, file, records } = await readConfig(values);
  const costs = readCosts(values);
  const latencySamples = number(values, "latency-samples", { min: 0 });
  const sides = await readSides(values);
  validateConfig(config);
  const log: string[] = [];
  const record = (entry: object) => log.push(JSON.stringify({ time: new Date().toISOString(), ...entry }));
  const plots = text(values, "plots");
  record({ event: "start", config, sides: sides?.map(sideName) });
  const order = {
    config,
    options: {
      ...(file && { file }),
      ...(costs && { costs }),
      ...(config.endpoint && { access: readAccess(values) }),
      ...(records && { records }),
      ...(latencySamples !== undefined && { latencySamples }),
      ...(sides && { sides }),
      wantPlots: plots !== undefined,
    },
  };
  const done = await inBrowser(
    async (page) => unwrap(await page.evaluate((o) => window.agentcoder.baseline(o.config, o.options), order)),
    (kind, value) => tell(kind, value, record),
  );
  progress("");
  const stamp = done[0]!.run.created.slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
  const several = done.length > 1;
  for (const [place, { run, plots: drawn }] of done.entries()) {
    const suffix = several ? `.${sideName(sides![place]!)}` : "";
    const file = output.replace(/(\.json)?$/, `${suffix}$1`);
    record({ event: "end", run: file, status: run.status, digest: run.digest, metrics: run.metrics });
    await save(file, `${JSON.stringify(run, null, 2)}\n`);
    if (plots) {
      const folder = several ? join(plots, suffix.slice(1)) : plots;
      for (const [name, svg] of Object.entries(drawn)) await save(join(folder, name.replace(/(\.svg)?$/, ".svg")), svg);
    }
    const experiment = { kind: "run", config: run.config, dataset: run.dataset, expected: run.digest };
    await save(
      join(homeDirectory(), "experiments", "configs", `experiment_${stamp}${suffix}.json`),
      `${JSON.stringify(experiment, null, 2)}\n`,
    );
    show(run, file, values["json"] === true);
    if (run.status !== "complete")
      note(`The run is ${run.status}.${run.error ? ` ${run.error}` : ""} What was done is in ${file}.`);
  }
  await save(join(homeDirectory(), "results", "logs", `run_${stamp}.jsonl`), `${log.join("\n")}\n`);
  return done.every(({ run }) => run.status === "complete") ? 0 : 1;
}

async function readConfig(
  values: Values,
): Promise<{ config: RunConfig; file?: { name: string; text: string }; records?: SearchRecord[] }> {
  const [model, dataset] = [text(values, "model"), text(values, "dataset")];
  if (!model || !dataset) throw new UsageError("--model and --dataset are needed: see --help.");
  const file =
    /\.jsonl?$/.test(dataset) || existsSync(dataset) ? { name: basename(dataset), text: await open(dataset) } : null;
  const bits = choice(values, "quantization", ["4bit", "8bit"]);
  const base = defaultConfig(model);
  const [, runFile] = /^recorded:(.*)$/s.exec(text(values, "search") ?? "") ?? [];
  const earlier = runFile === undefined ? null : parseRun(await open(runFile));
  const records = earlier && searchRecords(earlier);
  const own = await readUserTools(values);
  const tools = list(values, "tools") ?? [
    ...toolsIn(file ? parseDataset(file.text, dataset) : await openDataset(dataset)),
    ...(own ?? []).map(({ name }) => name),
  ];
  const userTools = own?.filter(({ name }) => tools.includes(name));
  const given = {
    dataset: file?.name ?? dataset,
    split: choice(values, "split", [...SPLITS, "all"]) ?? (file ? "all" : undefined),
    limit: number(values, "limit", { min: 1 }),
    arms: list(values, "arms", ARMS),
    tools,
    runtime: choice(values, "runtime", ["transformers", "webllm", "wllama", "remote", "scripted"]),
    device: choice(values, "device", ["auto", "webgpu", "wasm"]),
    dtype:
      choice(values, "dtype", ["auto", "fp32", "fp16", "q8", "q4", "q4f16"]) ??
      (bits && (bits === "4bit" ? "q4" : "q8")),
    temperature: number(values, "temperature", { min: 0, integer: false }),
    topP: number(values, "top-p", { min: 0, max: 1, integer: false }),
    topK: number(values, "top-k", { min: 1 }),
    constrainCalls: values["constrain-calls"] === true ? true : undefined,
    maxTokens: number(values, "max-tokens", { min: 1 }),
    maxSteps: number(values, "max-steps", { min: 1 }),
    seed: number(values, "seed"),
    repeats: number(values, "repeats", { min: 1 }),
    faults: text(values, "faults"),
    search: earlier?.config.search ?? text(values, "search"),
    userTools: userTools?.length ? userTools : undefined,
    endpoint: readEndpoint(values),
  };
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { config: { ...base, ...chosen } as RunConfig, ...(file && { file }), ...(records && { records }) };
}

/** The server that is asked, where one is named. */
function readEndpoint(values: Values): Endpoint | undefined {
  const [url, model] = [text(values, "endpoint"), text(values, "remote-model")];
  const api = choice(values, "api", REMOTE_APIS);
  const parallel = number(values, "parallel", { min: 1 });
  if (url === undefined && model === undefined && api === undefined && parallel === undefined) return undefined;
  if (!url || !model) {
    throw new UsageError("A server needs both --endpoint URL and --remote-model NAME: see --help.");
  }
  return { url: endpointUrl(url), api: api ?? "chat", model };
}

/** How it is asked. The key is no option: other people of this machine see a command's options. */
function readAccess(values: Values): RemoteAccess {
  const key = process.env["AGENTCODER_API_KEY"];
  const parallel = number(values, "parallel", { min: 1 });
  return { ...(key && { key }), ...(parallel !== undefined && { parallel }) };
}

async function readUserTools(values: Values): Promise<UserTool[] | undefined> {
  const path = text(values, "user-tools");
  if (path === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(await open(path));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${path}: not JSON (${error.message}).`);
    throw error;
  }
  return parseUserTools(value, path);
}

function readCosts(values: Values): Record<string, number> | undefined {
  const entries = list(values, "costs")?.map((entry) => {
    const [tool = "", cost = ""] = entry.split("=");
    if (cost === "" || !(Number(cost) >= 0)) {
      throw new UsageError(`--costs has "${entry}": write a tool and a number from 0, such as code_executor=1.`);
    }
    return [tool, Number(cost)];
  });
  return entries && (Object.fromEntries(entries) as Record<string, number>);
}

function tell(kind: string, value: unknown, record: (entry: object) => void): void {
  if (kind === "stage") {
    const { stage } = value as { stage: string };
    if (stage) progress(stage);
  } else if (kind === "result") {
    const { result, progress: at } = value as { result: SampleResult; progress: Progress };
    const left = at.secondsLeft === null ? "" : `, ${Math.ceil(at.secondsLeft)} s left`;
    progress(`${at.done} of ${at.total} samples${left}`);
    const { sample_id, arm, repeat, scores, timing } = result;
    record({ event: "result", sample_id, arm, repeat, decision: scores.decision, correct: scores.correct, timing });
  }
}

function show(run: Run, output: string, json: boolean): void {
  const metric = ({ value, ci95, n }: Metric) =>
    value === null
      ? "-"
      : `${value.toFixed(3)}${ci95 ? ` [${ci95.map((x) => x.toFixed(3)).join(", ")}]` : ""} (n = ${n})`;
  if (!json) {
    for (const name of SHOWN) if (run.metrics[name]) print(`${name.padEnd(22)} ${metric(run.metrics[name])}`);
    if (run.digest) for (const [part, hash] of Object.entries(run.digest)) print(`digest ${part.padEnd(15)} ${hash}`);
    print(`run ${run.id} (${run.status}) in ${output}`);
  } else print(JSON.stringify({ output, id: run.id, status: run.status, digest: run.digest, metrics: run.metrics }));
}
