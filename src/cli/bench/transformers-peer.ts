import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { homeDirectory, type Mount } from "../../../trainer-server/server/index.ts";
import { PythonEnvironment } from "../../../trainer-server/server/python.ts";
import { GRAPHS } from "../../models/files/index.ts";
import { messageOf, NATIVE, UserError, type BenchGoal, type Dtype } from "../../protocol/index.ts";
import { progress } from "../output.ts";
import { CLONE, servePeer } from "./serve-peer.ts";

/** Has the onnxruntime-web that the app has, so that only the loop differs. No dependency: its packages weigh 300 MB. */
const PEER = "@huggingface/transformers@4.3.1";
const run = promisify(execFile);

/**
 * Answers what the page asks for below peer/ with transformers.js as it is published, and the model with the same weights in
 * the layout that it reads. UserError: one of them cannot be had.
 */
export async function serveTransformers(model: string, dtype: string): Promise<Mount> {
  const [library, weights] = [await fetchLibrary(), await makeModel(model, dtype)];
  return servePeer(WORKER, (path) => {
    if (path.startsWith("models/")) return join(weights, path.split("/").slice(2).join("/"));
    if (path.startsWith("ort-")) return join(CLONE, "node_modules/onnxruntime-web/dist", path);
    return join(library, "dist", path);
  });
}

async function fetchLibrary(): Promise<string> {
  const place = join(homeDirectory(), ".cache", "peers", "transformers-4.3.1");
  if (existsSync(place)) return place;
  progress(`Fetching ${PEER}`);
  const part = `${place}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  try {
    const { stdout } = await run("npm", ["pack", PEER, "--silent", "--pack-destination", part]);
    await run("tar", ["xzf", join(part, stdout.trim().split("\n").at(-1)!), "-C", part]);
    await rename(join(part, "package"), place);
  } catch (error) {
    throw new UserError(`${PEER} could not be fetched from the package registry (${messageOf(error)}): try again.`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return place;
}

async function makeModel(model: string, dtype: string): Promise<string> {
  progress(`Writing ${model} as transformers.js reads it`);
  const place = placeOf(model, dtype);
  await inPython("peer", ["--model", model, "--dtype", dtype, "--output", place]).catch((error: unknown) => {
    throw new UserError(`The model for transformers.js could not be written: ${messageOf(error)}`);
  });
  return place;
}

const placeOf = (model: string, dtype: string) => join(homeDirectory(), ".cache", "peers", `${model}-${dtype}`);

/** Runs a module of trainer/testdata and returns what it prints. */
async function inPython(module: string, args: string[]): Promise<string> {
  const python = new PythonEnvironment(homeDirectory(), join(CLONE, "trainer-server", "requirements.txt"));
  const program = await python.ready();
  const { stdout } = await run(program, ["-m", `trainer.testdata.${module}`, ...args], {
    cwd: join(CLONE, "trainer-server"),
  });
  return stdout;
}

/** Puts what native onnxruntime makes of the same weights, in the peer's layout, beside the page's figures. */
export async function addNative(goals: readonly BenchGoal[], model: string, dtype: Dtype): Promise<BenchGoal[]> {
  progress("The peer: native onnxruntime");
  const threads = goals.find(({ name }) => name === NATIVE.threads)?.value ?? 1;
  const graph = join(placeOf(model, dtype), GRAPHS[dtype]);
  const told = await inPython("speed", ["--graph", graph, "--threads", String(threads)]);
  const { prefill, decode } = JSON.parse(told) as { prefill: number; decode: number };
  const peers: Record<string, number> = { [NATIVE.prefill]: prefill, [NATIVE.decode]: decode };
  return goals.map((goal) => ({ ...goal, peer: peers[goal.name] ?? goal.peer }));
}

/**
 * The first message opens the model, each further one asks for a pass over the prompts: their tokens. Its session lacks only
 * `last`, the positions whose logits are wanted: as generate() asks for, those of the last one.
 */
const WORKER = `
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from "./transformers.min.js";
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.useBrowserCache = false;
env.localModelPath = new URL("models/", import.meta.url).pathname;
env.backends.onnx.wasm.wasmPaths = new URL("./", import.meta.url).href;
let pass;
onmessage = async ({ data: order }) => {
  try {
    if (pass) return postMessage(await pass());
    pass = await open(order);
    postMessage([]);
  } catch (error) {
    postMessage(String(error?.stack ?? error));
  }
};
async function open({ model: id, dtype, threads, prompts, maxTokens }) {
  env.backends.onnx.wasm.numThreads = threads;
  const tokenizer = await AutoTokenizer.from_pretrained(id);
  const model = await AutoModelForCausalLM.from_pretrained(id, { dtype, device: "wasm" });
  model.sessions.model = withLast(model.sessions.model);
  const generate = async (prompt) => {
    const inputs = tokenizer(prompt, { add_special_tokens: false });
    const output = await model.generate({ ...inputs, max_new_tokens: maxTokens, do_sample: false });
    return output.tolist()[0].slice(inputs.input_ids.dims[1]).map(Number);
  };
  await generate(prompts[0]);
  return async () => {
    const tokens = [];
    for (const prompt of prompts) tokens.push(await generate(prompt));
    return tokens;
  };
}
function withLast(session) {
  return new Proxy(session, {
    get(target, name) {
      if (name === "inputNames") return target.inputNames.filter((input) => input !== "last");
      if (name === "run") {
        return (feeds) => {
          const place = BigInt64Array.of(BigInt(feeds.input_ids.dims[1] - 1));
          return target.run({ ...feeds, last: new Tensor("int64", place, [1, 1, 1]).ort_tensor });
        };
      }
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}`;
