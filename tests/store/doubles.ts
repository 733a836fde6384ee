import { IDBObjectStore } from "fake-indexeddb";
import { vi } from "vitest";
import { openAdapter } from "../../src/models/adapters/index.ts";
import type { Run, RunConfig, SampleResult, UserModel } from "../../src/protocol/index.ts";
import type { StoredAdapter } from "../../src/store/index.ts";
import { fakeRun, fakeSamples } from "../app/fixtures/run.ts";
import { CONFIG as LORA, pair, safetensors } from "../models/adapters/peft.ts";

const CONFIG: RunConfig = {
  model: "nano",
  runtime: "transformers",
  device: "wasm",
  dtype: "fp16",
  dataset: "tool_use_v0",
  split: "test",
  limit: null,
  arms: ["free"],
  tools: ["code_executor", "symbolic_math"],
  temperature: 0,
  topP: 1,
  maxTokens: 64,
  maxSteps: 4,
  seed: 0,
  repeats: 1,
};

export const SAMPLES = fakeSamples(8);

/** A model of a hub as a person added it. */
export const USER_MODEL: UserModel = {
  id: "user/me/mine",
  title: "mine",
  description: "",
  runtime: "wllama",
  promptFormat: "chatml",
  parameters: 0,
  context: 4096,
  license: "mit",
  source: "me/mine",
  origin: "hub",
  baseUrl: "https://huggingface.co/",
  dtypes: { wasm: ["q8"], webgpu: ["q8"] },
  defaultDevice: "auto",
  hub: { repository: "me/mine", revision: "main", files: { q8: "mine.gguf" } },
};

/** A complete run of eight samples. */
export const completeRun = (change: Partial<Run> = {}): Run => fakeRun(SAMPLES, CONFIG, change);

/** The run as it stood after some results: what a closed tab leaves. */
export const cutOff = (run: Run, done: number): Run => ({
  ...run,
  status: "running",
  results: run.results.slice(0, done),
  slices: [],
  digest: null,
});

/** The same result with another answer. */
export const answered = (result: SampleResult, answer: string): SampleResult => ({ ...result, answer });

/** An adapter as an import has it, its configuration written with spaces of its own. */
export async function adapterCalled(name: string, rank = 2): Promise<StoredAdapter> {
  const configFile = new TextEncoder().encode(JSON.stringify({ ...LORA, r: rank }, null, 3));
  const weights = safetensors(pair(0, "q_proj", rank, 4, 4));
  const files = { "adapter_config.json": configFile, "adapter_model.safetensors": weights };
  return { ...(await openAdapter(files, name, "nano")), configFile };
}

/** Lets the next writes pass and then fills the disk; `vi.restoreAllMocks()` empties it again. */
export function fillDiskAfter(writes: number): void {
  let left = writes;
  for (const method of ["add", "put"] as const) {
    const write = IDBObjectStore.prototype[method];
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, ...given) {
      if (left-- <= 0) throw new DOMException("The disk is full.", "QuotaExceededError");
      return write.apply(this, given);
    });
  }
}
