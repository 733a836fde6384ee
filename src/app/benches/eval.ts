import { loadDataset } from "../../data/index.ts";
import { defaultConfig, selectSamples } from "../../evaluation/index.ts";
import { getModel, listBuilds, loadModel, renderPrompt } from "../../models/index.ts";
import { threadsFor } from "../../models/threads.ts";
import {
  NATIVE,
  type BenchGoal,
  type Dtype,
  type GenerateRequest,
  type Generation,
  type LoadedModel,
  type ToolSchema,
} from "../../protocol/index.ts";
import { createDefaultTools } from "../../tools/index.ts";
import { atLeast, told } from "./goals.ts";
import { askLlama } from "./llama-peer.ts";
import { elapsed, steady } from "./times.ts";

const SAMPLES = 24;
const MAX_TOKENS = 48;
/** Samples a second against the peer's, by model. */
const GOALS: Record<string, number> = { nano: 5 };
const GOAL = 4;
/** Samples a second against llama.cpp's, with its parallel slots. */
const LLAMA_GOAL = 1.5;

/** No turn's call is run. */
const NO_PYTHON = { execute: () => Promise.reject(new Error("The bench runs no programs.")) };

interface Peer {
  milliseconds: number;
  tokens: number[][];
}

/**
 * The first turns of a run, greedy: our decode loop, whose rows go side by side, against transformers.js's `generate()`, one
 * prompt at a time, with the same weights, prompts, onnxruntime and threads, in the same run; and against llama.cpp with
 * its parallel slots, where the model has a GGUF of its own. `tell` hears what is measured.
 */
export async function benchEval(id: string, dtype: Dtype, tell: (stage: string) => void): Promise<BenchGoal[]> {
  const spec = getModel(id, "transformers");
  const requests = await firstTurns(id);
  tell(`Loading ${spec.title}`);
  const model = await loadModel(spec, { device: "wasm", dtype });
  let ours: Generation[] = [];
  let milliseconds: number;
  let one: number;
  const singly: Generation[] = [];
  let read: Generation;
  try {
    tell("Decoding side by side");
    await model.generate(requests.slice(0, 1));
    milliseconds = await steady(async () => (ours = await model.generate(requests)));
    tell("Decoding one by one");
    one = await elapsed(async () => {
      for (const request of requests) singly.push(...(await model.generate([request])));
    });
    tell("Reading a prompt");
    read = await readWhole(model, requests[0]!);
  } finally {
    await model.dispose();
  }
  tell("The peer: transformers.js");
  const prompts = requests.map(({ messages, tools }) => renderPrompt(spec.promptFormat, messages, tools));
  const peer = await askPeer({
    model: id,
    dtype,
    threads: threadsFor(spec.parameters),
    prompts,
    maxTokens: MAX_TOKENS,
  });
  const gguf = listBuilds(id).find(({ runtime }) => runtime === "wllama");
  if (gguf) tell("The peer: llama.cpp");
  const llama = gguf ? await askLlama(gguf, requests) : null;
  const perSecond = (ms: number) => (SAMPLES * 1000) / ms;
  const least = GOALS[id] ?? GOAL;
  const same = ours.filter(({ tokenIds }, i) => String(tokenIds) === String(peer.tokens[i])).length;
  const written = ours.reduce((sum, { usage }) => sum + usage.completionTokens, 0);
  return [
    atLeast("samples a second / generate()'s", peer.milliseconds / milliseconds, "x", least),
    ...(llama === null ? [] : [atLeast("samples a second / llama.cpp's", llama / milliseconds, "x", LLAMA_GOAL)]),
    told("samples a second, side by side", perSecond(milliseconds), "1/s", perSecond(peer.milliseconds)),
    told("samples a second, one by one", perSecond(one), "1/s", perSecond(peer.milliseconds)),
    told("tokens a second, prompts' time included", (written * 1000) / milliseconds, "1/s"),
    told(NATIVE.prefill, (read.usage.promptTokens * 1000) / read.timing.firstTokenMs, "1/s"),
    told(NATIVE.decode, decodeSpeed(singly), "1/s"),
    told(NATIVE.threads, threadsFor(spec.parameters), ""),
    told("share of the time for prompts, one by one", 100 * promptShare(singly), "%"),
    told("answers with the peer's tokens", same, `of ${SAMPLES}`),
  ];
}

/** Of a prompt that nothing of was computed before: its system turn is new. */
async function readWhole(model: LoadedModel, request: GenerateRequest): Promise<Generation> {
  const messages = [{ role: "system" as const, content: "Answer the user now, or call a tool." }, ...request.messages];
  const [read] = await model.generate([{ ...request, messages, maxTokens: 1 }]);
  return read!;
}

/** Tokens a second of the first tokens' followers. */
function decodeSpeed(generations: readonly Generation[]): number {
  const tokens = generations.reduce((sum, { usage }) => sum + usage.completionTokens - 1, 0);
  const milliseconds = generations.reduce((sum, { timing }) => sum + timing.totalMs - timing.firstTokenMs, 0);
  return (tokens * 1000) / milliseconds;
}

function promptShare(generations: readonly Generation[]): number {
  const sum = (of: "firstTokenMs" | "totalMs") => generations.reduce((all, { timing }) => all + timing[of], 0);
  return sum("firstTokenMs") / sum("totalMs");
}

async function firstTurns(id: string): Promise<GenerateRequest[]> {
  const config = { ...defaultConfig(id), limit: SAMPLES };
  const { samples } = await loadDataset(config.dataset);
  const tools: ToolSchema[] = createDefaultTools(NO_PYTHON).schemas(config.tools);
  return selectSamples(samples, config).map(({ prompt }) => ({
    ...{ messages: [{ role: "user", content: prompt }], tools, maxTokens: MAX_TOKENS, temperature: 0, topP: 1 },
    ...{ seed: 0, stop: [] },
  }));
}

/** A peer that never answers is a defect of the bench, not a reason to wait for ever. Minutes. */
const PATIENCE = 20;

async function askPeer(order: object): Promise<Peer> {
  const worker = new Worker(new URL("peer/worker.js", document.baseURI), { type: "module" });
  const ask = (what: object) =>
    new Promise<number[][]>((done, failed) => {
      worker.onmessage = ({ data }: MessageEvent<number[][] | string>) =>
        typeof data === "string" ? failed(new Error(data)) : done(data);
      worker.onerror = (event) => failed(new Error(`The peer did not start: ${event.message}`));
      setTimeout(() => failed(new Error(`The peer did not answer within ${PATIENCE} minutes.`)), PATIENCE * 60_000);
      worker.postMessage(what);
    });
  try {
    await ask(order);
    let tokens: number[][] = [];
    const milliseconds = await steady(async () => (tokens = await ask({ pass: true })));
    return { milliseconds, tokens };
  } finally {
    worker.terminate();
  }
}
